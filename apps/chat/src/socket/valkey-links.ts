import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { lostPublishesTotal } from '../chat.metrics';

const RETRY = { connectTimeout: 2_000, retryStrategy: (attempt: number) => Math.min(attempt * 50, 500) };
/** No call hangs: one that finds no connection fails at once, one that is not answered soon after this. */
const BOUNDED = { ...RETRY, commandTimeout: 500, maxRetriesPerRequest: 1, enableOfflineQueue: false };
/** A subscription waits for its connection, and is renewed with each. */
const PATIENT = { ...RETRY, maxRetriesPerRequest: null };

/** The node's connections to Valkey. All of it may be away at any time: nothing here rejects but {@link commands}. */
@Injectable()
export class ValkeyLinks implements OnApplicationShutdown {
  /** For limits and presence. */
  readonly commands: Redis;
  private readonly publishing: Redis;
  private readonly subscribed: Redis;
  private readonly logger = new Logger('Valkey');
  private lost = false;

  constructor(url: string) {
    this.commands = new Redis(url, BOUNDED);
    this.publishing = new Redis(url, BOUNDED);
    this.subscribed = new Redis(url, PATIENT);
    for (const redis of [this.commands, this.publishing, this.subscribed]) {
      redis.on('error', (error: Error) => this.logger.warn(error.message || String(error)));
    }
  }

  /**
   * What the adapter of socket.io asks for. It lets rejections go unhandled, which would end the process: here a message that cannot be
   * published is lost, and counted.
   */
  get forAdapter(): { publisher: object; subscriber: object } {
    const { subscribed: redis } = this;
    const quietly = (work: Promise<unknown>): void => void work.catch((error: unknown) => this.logger.debug(String(error)));
    return {
      publisher: { publish: (channel: string, message: string | Buffer) => void this.publish(channel, message), on: ignore, off: ignore },
      subscriber: {
        psubscribe: (pattern: string) => quietly(redis.psubscribe(pattern)),
        subscribe: (channels: string[]) => quietly(redis.subscribe(...channels)),
        punsubscribe: (pattern: string) => quietly(redis.punsubscribe(pattern)),
        unsubscribe: (channels: string[]) => quietly(redis.unsubscribe(...channels)),
        on: (event: string, listener: () => void) => redis.on(event, listener),
        off: (event: string, listener: () => void) => redis.off(event, listener),
      },
    };
  }

  /**
   * @param missed called when this node may have missed what others said, and is subscribed again
   * @param unheard called when others may have missed what this node said, and it can be heard again
   */
  watch(missed: () => void, unheard: () => void): void {
    let subscribedBefore = this.subscribed.status === 'ready';
    this.subscribed.on('ready', () => {
      if (!subscribedBefore) {
        subscribedBefore = true;
        return;
      }
      // ioredis renews the subscriptions in its own listener; an answer to what is asked after them says that they hold.
      setImmediate(() => void this.subscribed.ping().then(missed, ignore));
    });
    this.publishing.on('ready', () => {
      if (!this.lost) return;
      this.lost = false;
      unheard();
    });
  }

  onApplicationShutdown(): void {
    for (const redis of [this.commands, this.publishing, this.subscribed]) redis.disconnect();
  }

  private async publish(channel: string, message: string | Buffer): Promise<void> {
    try {
      await this.publishing.publish(channel, message);
    } catch {
      this.lost = true;
      lostPublishesTotal.inc();
    }
  }
}

function ignore(): void {}
