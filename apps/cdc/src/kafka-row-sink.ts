import { encodeRowAdded, type RowAdded, type RowSink } from '@madang/cdc';
import type { RecordProducer } from '@madang/event-bus';

/** Publishes rows to their row-added topics; resolves when the broker has them (`acks=all`). */
export class KafkaRowSink implements RowSink {
  constructor(private readonly producer: RecordProducer) {}

  async publish(rows: readonly RowAdded[]): Promise<void> {
    await this.producer.send(rows.map(encodeRowAdded));
  }
}
