import { NodeLeaseKeeper, RedisLeaseStore } from '@madang/ids';
import { observeLease, observeLeaseLost } from '@madang/ids/prometheus';
import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Redis } from 'ioredis';

/** This process's own node number, for Snowflakes and TSIDs: both have ten bits of it. Leased from Valkey, and given back at the end. */
export class LeasedNode implements OnModuleInit, OnApplicationShutdown {
  readonly keeper: NodeLeaseKeeper;
  private readonly logger = new Logger(LeasedNode.name);
  private readonly redis: Redis;

  constructor(valkeyUrl: string, ttlMs: number) {
    this.redis = new Redis(valkeyUrl, { connectTimeout: 2_000, maxRetriesPerRequest: 1 });
    this.redis.on('error', (error: Error) => this.logger.warn(`Valkey: ${error.message || String(error)}`));
    const store = new RedisLeaseStore((script, keys, ...rest) => this.redis.eval(script, keys, ...rest));
    this.keeper = NodeLeaseKeeper.start(store, {
      pool: 'id-service',
      ttlMs,
      onHeld: (lease) => {
        observeLease(lease);
        this.logger.log(`Holds node ${lease.nodeId}, fencing token ${lease.fencingToken}`);
      },
      onLost: (error) => {
        observeLeaseLost(error);
        this.logger.error(error.message);
      },
      onRenewalFailed: (error) => this.logger.warn(`The lease could not be renewed: ${String(error)}`),
      onAcquireFailed: (error) => this.logger.warn(`No node could be leased: ${String(error)}`),
    });
  }

  /** Ready from the first request on, where Valkey is there; where it is not, the other formats are served meanwhile. */
  async onModuleInit(): Promise<void> {
    await this.keeper.attempted;
  }

  /** After the last request. What is not given back (Valkey is away) ends by itself. */
  async onApplicationShutdown(): Promise<void> {
    await this.keeper.release().catch((error: unknown) => this.logger.warn(`The lease could not be given back: ${String(error)}`));
    this.redis.disconnect();
  }

  /** @throws NodeIdUnavailableError, LeaseLostError, ClockOutsideLeaseError */
  async assertHeld(): Promise<void> {
    this.keeper.node(Date.now());
  }
}
