import { connectorName, storedOffsetKey } from '@madang/cdc';
import { RecordProducer } from '@madang/event-bus';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Kafka } from 'kafkajs';

/** `offset.storage.topic` of the workers (infra/debezium/connect-distributed.properties). */
const OFFSETS_TOPIC = 'connect-offsets';

/**
 * Runs beside the embedded engine: makes Kafka Connect forget where Debezium stood, if it ever ran. From here on the slot moves
 * without it. A position that is remembered all the same then means that somebody else has moved or remade the slot, and
 * that rows may be missing, at which the keeper of the connectors halts.
 */
export class StoredOffsets implements OnApplicationBootstrap {
  private readonly logger = new Logger(StoredOffsets.name);

  constructor(
    private readonly kafka: Kafka,
    private readonly databases: readonly string[],
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.forget();
  }

  async forget(): Promise<void> {
    if (!(await this.topicExists())) return;
    const producer = new RecordProducer(this.kafka);
    try {
      const keys = this.databases.map((database) => storedOffsetKey(connectorName(database), database));
      await producer.send(keys.map((key) => ({ topic: OFFSETS_TOPIC, key, value: null })));
      this.logger.log(`Kafka Connect forgets where Debezium stood in ${this.databases.join(', ')}: from here on the slot alone says where to begin`);
    } finally {
      await producer.close();
    }
  }

  private async topicExists(): Promise<boolean> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return (await admin.listTopics()).includes(OFFSETS_TOPIC);
    } finally {
      await admin.disconnect();
    }
  }
}
