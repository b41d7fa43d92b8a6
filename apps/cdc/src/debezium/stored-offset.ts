import { checkStoredOffset, connectorName, storedOffsetKey } from '@madang/cdc';
import { RecordProducer, TopicReader } from '@madang/event-bus';
import { Logger } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { outboxOf } from '../outbox-of';

/** `offset.storage.topic` of the workers (infra/debezium/connect-distributed.properties). */
const OFFSETS_TOPIC = 'connect-offsets';

/** Where Debezium stood in a database, as Kafka Connect has filed it, if it ever ran. */
export class StoredOffset {
  private readonly logger = new Logger(StoredOffset.name);
  private readonly key: string;

  constructor(
    private readonly kafka: Kafka,
    private readonly database: string,
    private readonly servers: readonly string[],
  ) {
    this.key = storedOffsetKey(connectorName(database), database);
  }

  /**
   * The embedded engine takes over: from here on the slot moves without Debezium, so its position is forgotten. Not where
   * the slot no longer holds what follows it: then that position is the one trace of a gap.
   *
   * @throws CdcError at a gap
   */
  async handOver(): Promise<void> {
    const offset = await this.read();
    if (offset === null) return;
    await checkStoredOffset({ ...outboxOf(this.database), connection: this.servers }, this.database, offset);
    await this.remove();
  }

  /** A position that is remembered after this means that somebody else has moved or remade the slot. */
  async forget(): Promise<void> {
    if ((await this.read()) !== null) await this.remove();
  }

  private async remove(): Promise<void> {
    const producer = new RecordProducer(this.kafka);
    try {
      await producer.send([{ topic: OFFSETS_TOPIC, key: this.key, value: null }]);
      this.logger.log(`Kafka Connect forgets where Debezium stood in ${this.database}: from here on the slot alone says where to begin`);
    } finally {
      await producer.close();
    }
  }

  /** Null if none is remembered. */
  private async read(): Promise<Record<string, unknown> | null> {
    let last: string | null = null;
    const reader = new TopicReader(this.kafka);
    try {
      for (const partition of await reader.bounds((name) => name === OFFSETS_TOPIC)) {
        for await (const { key, value } of reader.records(partition)) {
          if (String(key) === this.key) last = value?.toString() ?? null;
        }
      }
    } finally {
      await reader.close();
    }
    return last === null ? null : (JSON.parse(last) as Record<string, unknown>);
  }
}
