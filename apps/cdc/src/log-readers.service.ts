import { setTimeout as sleep } from 'node:timers/promises';
import { LogReader, type LogReaderOptions } from '@madang/cdc';
import { DEFAULT_RETRY, ensureTopics, RecordProducer, withRetry } from '@madang/event-bus';
import { rowAddedTopic } from '@madang/events';
import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { serversByDatabase } from './cdc.config';
import { CdcEngines, endUnlessHalted, type EngineStats } from './cdc-engines';
import { StoredOffset } from './debezium/stored-offset';
import { KafkaRowSink } from './kafka-row.sink';
import { outboxOf } from './outbox-of';
import { readerLogger } from './reader-logger';
import { RestartedEngine } from './restarted-engine';

/**
 * Longest wait for the batches in flight at the end, in milliseconds. With Kafka away they may take longer; they were not
 * confirmed then, so the next process publishes them.
 */
const STOP_DEADLINE = 5_000;
/** Between heartbeats through the log, in milliseconds. */
const HEARTBEAT_INTERVAL = 5_000;
/** Without a heartbeat from the log for this long, PostgreSQL or the way from it does not work. */
const HEARTBEAT_DEADLINE = 3 * HEARTBEAT_INTERVAL;
/** A batch that Kafka has not acknowledged after this long is not merely slow. It takes milliseconds when all is well. */
const PUBLISH_DEADLINE = 5_000;

interface DatabaseReader {
  readonly reader: RestartedEngine<LogReader>;
  readonly storedOffset: StoredOffset;
  /** Of its own: an attempt in doubt on one database's behalf must not disturb another's. */
  readonly producer: RecordProducer;
}

/** One log reader a database, from its slot to its row-added topic. */
export class LogReaders extends CdcEngines implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly kind = 'embedded';
  private readonly readers: readonly DatabaseReader[];
  private readonly logger = new Logger(LogReaders.name);
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    urls: readonly string[],
    private readonly kafka: Kafka,
    onHalt: (error: Error) => void = endUnlessHalted,
  ) {
    super();
    this.readers = Array.from(serversByDatabase(urls), ([database, connection]) => {
      const producer = new RecordProducer(kafka);
      const options: LogReaderOptions = {
        ...outboxOf(database),
        connection,
        sink: new KafkaRowSink(producer),
        heartbeatIntervalMs: HEARTBEAT_INTERVAL,
        logger: readerLogger(`LogReader ${database}`),
      };
      const reader = new RestartedEngine(database, () => new LogReader(options), onHalt);
      return { producer, reader, storedOffset: new StoredOffset(kafka, database, connection) };
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await ensureTopics(
      this.kafka,
      this.readers.map(({ reader }) => rowAddedTopic(reader.database)),
    );
    await Promise.all(this.readers.map(({ producer }) => producer.connect()));
    const { signal } = this.stopping;
    this.running = Promise.all(
      this.readers.map(({ reader, storedOffset }) =>
        reader.run(signal, () => withRetry(() => storedOffset.handOver(), DEFAULT_RETRY, signal, ({ error }) => this.logger.warn(`a position of Debezium cannot be looked for yet: ${String(error)}`))),
      ),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.race([this.running, sleep(STOP_DEADLINE, undefined, { ref: false })]);
    await Promise.all(this.readers.map(({ producer }) => producer.close()));
  }

  stats(): EngineStats[] {
    return this.readers.map(({ reader }) => reader.stats());
  }

  protected faultOf({ publishFailingSince, publishingSince, lastHeartbeatAt }: EngineStats, now: number): string | null {
    const seconds = (since: number): string => `${Math.round((now - since) / 1000)} s`;
    if (publishFailingSince !== null && now - publishFailingSince > PUBLISH_DEADLINE) {
      return `publishing to Kafka has failed for ${seconds(publishFailingSince)}`;
    }
    if (publishingSince !== null && now - publishingSince > PUBLISH_DEADLINE) {
      return `Kafka has not acknowledged a batch for ${seconds(publishingSince)}`;
    }
    if (lastHeartbeatAt === null) return "no heartbeat has come through PostgreSQL's log yet";
    if (now - lastHeartbeatAt > HEARTBEAT_DEADLINE) {
      return `no heartbeat has come through PostgreSQL's log for ${seconds(lastHeartbeatAt)}`;
    }
    return null;
  }
}
