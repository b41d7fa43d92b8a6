import { NodeLeaseKeeper, RedisLeaseStore } from '@madang/ids';
import { observeLease, observeLeaseLost } from '@madang/ids/prometheus';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';

/** This process's own node number, for Snowflakes and TSIDs: both have ten bits of it. Leased from Valkey, and given back at the end. */
export class LeasedNode implements OnApplicationShutdown {
  private static readonly logger = new Logger(LeasedNode.name);

  private constructor(
    readonly keeper: NodeLeaseKeeper,
    private readonly redis: Redis,
  ) {}

  /** Has a node from the first request on, where Valkey is there; where it is not, the other formats are served meanwhile. */
  static async start(valkeyUrl: string, ttlMs: number): Promise<LeasedNode> {
    const { logger } = LeasedNode;
    const redis = new Redis(valkeyUrl, { connectTimeout: 2_000, maxRetriesPerRequest: 1 });
    redis.on('error', (error: Error) => logger.warn(`Valkey: ${error.message || String(error)}`));
    const store = new RedisLeaseStore((script, keys, ...rest) => redis.eval(script, keys, ...rest));
    const keeper = await NodeLeaseKeeper.start(store, {
      pool: 'id-service',
      ttlMs,
      onHeld: (lease) => {
        observeLease(lease);
        logger.log(`Holds node ${lease.nodeId}, fencing token ${lease.fencingToken}`);
      },
      onLost: (error) => {
        observeLeaseLost(error);
        logger.error(error.message);
      },
      onRenewalFailed: (error) => logger.warn(`The lease could not be renewed: ${String(error)}`),
      onAcquireFailed: (error) => logger.warn(`No node could be leased: ${String(error)}`),
    });
    return new LeasedNode(keeper, redis);
  }

  /** After the last request. What is not given back (Valkey is away) ends by itself. */
  async onApplicationShutdown(): Promise<void> {
    await this.keeper.release().catch((error: unknown) => LeasedNode.logger.warn(`The lease could not be given back: ${String(error)}`));
    this.redis.disconnect();
  }

  /** @throws NodeIdUnavailableError, LeaseLostError, ClockOutsideLeaseError */
  async assertHeld(): Promise<void> {
    this.keeper.node(Date.now());
  }
}
