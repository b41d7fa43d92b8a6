import { DeadLetterDesk, type RecordProducer } from '@madang/event-bus';
import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Kafka } from 'kafkajs';

/** How old the metrics of open letters may be. */
const WATCH_MS = 15_000;

/** Owns the desk and keeps its index, and with it the metrics, fresh. In the background: neither start nor readiness wait for letters. */
export class DeskWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly desk: DeadLetterDesk;
  private readonly logger = new Logger(DeskWatch.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    kafka: Kafka,
    private readonly producer: RecordProducer,
  ) {
    this.desk = new DeadLetterDesk({ kafka, producer });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), WATCH_MS);
    this.look();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.desk.close();
    await this.producer.close();
  }

  private look(): void {
    this.desk.refresh().catch((error: unknown) => this.logger.warn(`The dead letters could not be counted: ${String(error)}`));
  }
}
