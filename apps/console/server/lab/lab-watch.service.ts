import { LabDriver } from '@madang/lab';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { FeedHub } from '../feed/feed-hub';

/** A fault ends by itself, and a scenario turns switches without the console: it is looked at this often, while somebody looks. */
const LOOK_MS = 1_000;

/** Tells pages how the lab stands, whenever that has changed. */
@Injectable()
export class LabWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LabWatch.name);
  private timer: NodeJS.Timeout | undefined;
  private told = '';
  private looking = false;

  constructor(
    private readonly driver: LabDriver,
    private readonly hub: FeedHub,
  ) {}

  onApplicationBootstrap(): void {
    this.driver.takeOver();
    this.timer = setInterval(() => {
      if (this.hub.isWatched) void this.look();
    }, LOOK_MS);
    this.hub.whenSomebodyComes(() => {
      this.told = '';
      void this.look();
    });
  }

  /** What the lab has broken is mended before it goes. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await Promise.allSettled(this.driver.active.map(({ id }) => this.driver.revert(id)));
  }

  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const state = { switches: await this.driver.switches(), faults: [...this.driver.active] };
      const text = JSON.stringify(state);
      if (text === this.told) return;
      this.told = text;
      this.hub.publish({ kind: 'lab', at: Date.now(), ...state });
    } catch (error) {
      this.logger.warn(`The lab does not say how it stands: ${String(error)}`);
    } finally {
      this.looking = false;
    }
  }
}
