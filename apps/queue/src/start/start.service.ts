import { RoomStore, WaitingRooms } from '@madang/waiting-room';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { EVENT_PRODUCT_ROOM } from '../rooms/event-product-room';

const AGAIN_MS = 500;

/** Connects, and makes the room of event products where there is none. What is away at the start is waited for: the process listens, and is not ready. */
@Injectable()
export class StartService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(StartService.name);
  private readonly stopping = new AbortController();
  private started = false;
  private waiting: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly redis: Redis,
    private readonly store: RoomStore,
    private readonly rooms: WaitingRooms,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.started = await this.attempt();
    if (!this.started) this.waiting = this.untilStarted();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.waiting;
    this.redis.disconnect();
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  async assertStarted(): Promise<void> {
    if (!this.started) throw new Error('PostgreSQL or Valkey has not been there yet.');
  }

  private async untilStarted(): Promise<void> {
    const { signal } = this.stopping;
    while (!this.started && !signal.aborted) {
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
      this.started = !signal.aborted && (await this.attempt());
    }
  }

  private async attempt(): Promise<boolean> {
    try {
      if (!this.dataSource.isInitialized) await this.dataSource.initialize();
      const { name, settings } = EVENT_PRODUCT_ROOM;
      if (!(await this.store.settings(name))) await this.rooms.configure(name, settings);
      return true;
    } catch (error) {
      this.logger.warn(`Not started yet: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}
