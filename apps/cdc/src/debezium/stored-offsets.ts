import { checkStoredOffset, connectorName, storedOffsetKey } from '@madang/cdc';
import { RecordProducer, TopicReader } from '@madang/event-bus';
import { Logger } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { outboxOf } from '../outbox-of';

/** `offset.storage.topic` of the workers (infra/debezium/connect-distributed.properties). */
const OFFSETS_TOPIC = 'connect-offsets';

/** Where Debezium stood, as Kafka Connect has filed it, if it ever ran. */
export class StoredOffsets {
  private readonly logger = new Logger(StoredOffsets.name);

  constructor(
    private readonly kafka: Kafka,
    private readonly servers: ReadonlyMap<string, readonly string[]>,
  ) {}

  /**
   * The embedded engine takes over: from here on the slot moves without Debezium, so its position is forgotten. Not where
   * the slot no longer holds what follows it: then that position is the one trace of a gap.
   *
   * @throws CdcError at a gap
   */
  async handOver(): Promise<void> {
    for (const [database, offset] of await this.read()) {
      await checkStoredOffset({ ...outboxOf(database), connection: this.servers.get(database) ?? [] }, database, offset);
    }
    await this.forget();
  }

  /** A position that is remembered after this means that somebody else has moved or remade the slot. */
  async forget(): Promise<void> {
    const remembered = [...(await this.read()).keys()];
    if (remembered.length === 0) return;
    const producer = new RecordProducer(this.kafka);
    try {
      await producer.send(remembered.map((database) => ({ topic: OFFSETS_TOPIC, key: keyOf(database), value: null })));
      this.logger.log(`Kafka Connect forgets where Debezium stood in ${remembered.join(', ')}: from here on the slot alone says where to begin`);
    } finally {
      await producer.close();
    }
  }

  /** By database, of those that are remembered. */
  private async read(): Promise<Map<string, Record<string, unknown>>> {
    const databases = new Map([...this.servers.keys()].map((database) => [keyOf(database), database]));
    const found = new Map<string, Record<string, unknown>>();
    const reader = new TopicReader(this.kafka);
    try {
      for (const { topic, partition, low, high } of await reader.bounds((name) => name === OFFSETS_TOPIC)) {
        for (let position = low; position < high; ) {
          const { records, next } = await reader.read(topic, partition, position);
          for (const { key, value } of records) {
            const database = databases.get(String(key));
            if (database === undefined) continue;
            if (value === null) found.delete(database);
            else found.set(database, JSON.parse(value.toString()) as Record<string, unknown>);
          }
          position = next;
        }
      }
      return found;
    } finally {
      await reader.close();
    }
  }
}

function keyOf(database: string): string {
  return storedOffsetKey(connectorName(database), database);
}
