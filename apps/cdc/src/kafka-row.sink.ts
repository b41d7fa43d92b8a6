import { encodeRowAdded, PermanentSinkError, type RowAdded, type RowSink } from '@madang/cdc';
import { isTooLarge, type RecordProducer } from '@madang/event-bus';
import { Logger } from '@nestjs/common';
import { traceRows } from './trace-rows';

/** Publishes rows as row-added messages; resolves when every in-sync replica has them. */
export class KafkaRowSink implements RowSink {
  private readonly logger = new Logger(KafkaRowSink.name);

  constructor(private readonly producer: RecordProducer) {}

  async publish(rows: readonly RowAdded[]): Promise<void> {
    const readAt = Date.now();
    const records = rows.map(encodeRowAdded);
    try {
      await this.producer.send(records);
      this.logger.log(`${records[0]?.topic}: ${records.length} rows published`);
      traceRows(rows, records[0]?.topic ?? '', readAt);
    } catch (cause) {
      if (!isTooLarge(cause)) throw cause;
      const largest = records.reduce((most, record) => (record.value.length > most.value.length ? record : most));
      throw new PermanentSinkError(
        `Kafka refuses a row of ${largest.value.length} characters (aggregate ${largest.key}) as too large: raise ` +
          `max.message.bytes of ${largest.topic}. Until then the slot waits, and nothing after that row is published.`,
        { cause },
      );
    }
  }
}
