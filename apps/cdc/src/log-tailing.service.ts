import { LogReader, type ReaderStats } from '@madang/cdc';
import { endProcess, ensureTopics, type RecordProducer } from '@madang/event-bus';
import { rowAddedTopic } from '@madang/events';
import { Logger, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { KafkaRowSink } from './kafka-row-sink';

/**
 * Tails the log of every database for new outbox rows. A reader that must halt ends the process, loudly: nothing beyond
 * what Kafka has was confirmed, so a restart reads the rest again.
 */
export class LogTailingService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LogTailingService.name);
  private readonly stopping = new AbortController();
  private readonly readers: readonly LogReader[];
  private runs: Promise<void>[] = [];

  /** @param urls one connection URL a database; its path is the database's name */
  constructor(
    private readonly urls: readonly string[],
    private readonly kafka: Kafka,
    private readonly producer: RecordProducer,
  ) {
    const sink = new KafkaRowSink(producer);
    const logger = {
      info: (message: string, details?: object) => this.logger.log({ ...details }, message),
      warn: (message: string, details?: object) => this.logger.warn({ ...details }, message),
      error: (message: string, details?: object) => this.logger.error({ ...details }, message),
    };
    this.readers = urls.map(
      (url) => new LogReader({ connection: url, slot: `outbox_${databaseOf(url)}`, publication: 'outbox', sink, logger }),
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await ensureTopics(this.kafka, this.urls.map(databaseOf).map(rowAddedTopic));
    await this.producer.connect();
    this.runs = this.readers.map((reader) => reader.run(this.stopping.signal).catch(endProcess));
  }

  /** Waits for the batches in flight, confirms what is durable, and frees the slots for the next reader. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.runs);
  }

  stats(): ReaderStats[] {
    return this.readers.map((reader) => reader.stats());
  }

  /** Rejects unless every reader streams, or stands by while another one does. */
  async assertReady(): Promise<void> {
    const absent = this.stats().filter(({ state }) => state !== 'streaming' && state !== 'standby');
    if (absent.length > 0) throw new Error(absent.map(({ slot, state }) => `${slot} is ${state}`).join(', '));
  }
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}
