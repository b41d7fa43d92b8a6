import { setTimeout as sleep } from 'node:timers/promises';
import { LogReader, type ReaderLogger, type ReaderStats } from '@madang/cdc';
import { endProcess, ensureTopics, RecordProducer } from '@madang/event-bus';
import { rowAddedTopic } from '@madang/events';
import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { databaseOf } from './cdc.config';
import { KafkaRowSink } from './kafka-row.sink';

/**
 * Longest wait for the batches in flight at the end, in milliseconds. With Kafka away they may take longer; they were not
 * confirmed then, so the next process publishes them.
 */
const STOP_DEADLINE = 5_000;

interface DatabaseReader {
  readonly database: string;
  readonly reader: LogReader;
  /** Of its own: an attempt in doubt on one database's behalf must not disturb another's. */
  readonly producer: RecordProducer;
}

/** One log reader a database, from its slot to its row-added topic. */
export class LogReaders implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly readers: readonly DatabaseReader[];
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    urls: readonly string[],
    private readonly kafka: Kafka,
  ) {
    this.readers = urls.map((connection) => {
      const database = databaseOf(connection);
      const producer = new RecordProducer(kafka);
      const sink = new KafkaRowSink(producer);
      const slot = `outbox_${database}`;
      const reader = new LogReader({ connection, slot, publication: 'outbox', sink, logger: readerLogger(database) });
      return { database, producer, reader };
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await ensureTopics(
      this.kafka,
      this.readers.map(({ database }) => rowAddedTopic(database)),
    );
    await Promise.all(this.readers.map(({ producer }) => producer.connect()));
    this.running = Promise.allSettled(this.readers.map((each) => this.run(each)));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.race([this.running, sleep(STOP_DEADLINE, undefined, { ref: false })]);
    await Promise.all(this.readers.map(({ producer }) => producer.close()));
  }

  stats(): ReaderStats[] {
    // A reader learns its database's name from the server; here it is known from the start.
    return this.readers.map(({ database, reader }) => ({ ...reader.stats(), database }));
  }

  /** Rejects, naming the databases, unless every reader streams or stands by. */
  assertReady(): Promise<void> {
    const idle = this.stats().filter(({ state }) => state !== 'streaming' && state !== 'standby');
    if (idle.length === 0) return Promise.resolve();
    return Promise.reject(new Error(idle.map(({ database, state }) => `${database} is ${state}`).join(', ')));
  }

  /** A reader that halts ends the process: its supervisor starts it again, and says so if that does not help. */
  private async run({ reader }: DatabaseReader): Promise<void> {
    try {
      await reader.run(this.stopping.signal);
    } catch (error) {
      endProcess(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

function readerLogger(database: string): ReaderLogger {
  const logger = new Logger(`LogReader ${database}`);
  const fields = (msg: string, details: object = {}): object => {
    const { error, ...rest } = details as { error?: unknown };
    return error === undefined ? { msg, ...rest } : { msg, ...rest, err: error };
  };
  return {
    info: (message, details) => logger.log(fields(message, details)),
    warn: (message, details) => logger.warn(fields(message, details)),
    error: (message, details) => logger.error(fields(message, details)),
  };
}
