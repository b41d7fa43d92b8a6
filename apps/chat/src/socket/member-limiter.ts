import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { CallRefused } from './failure';
import { ValkeyLinks } from './valkey-links';

const WINDOW_S = 10;

/** Limits a member's calls, counted in Valkey for all nodes; while it is away each node counts for itself. */
@Injectable()
export class MemberLimiter {
  private readonly limiter: RateLimiterRedis;

  /** @param points calls in any 10 s */
  constructor({ commands }: ValkeyLinks, points: number) {
    const insuranceLimiter = new RateLimiterMemory({ points, duration: WINDOW_S });
    this.limiter = new RateLimiterRedis({
      storeClient: commands,
      keyPrefix: 'chat:calls',
      points,
      duration: WINDOW_S,
      inMemoryBlockOnConsumed: points + 1, // who goes on all the same costs no call of Valkey's
      rejectIfRedisNotReady: true,
      insuranceLimiter,
    });
  }

  /** @throws {CallRefused} if the member has made too many */
  async take(memberId: string): Promise<void> {
    try {
      await this.limiter.consume(memberId);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw new CallRefused({ code: 'rate-limited', title: 'Too many calls at once.', retryAfterMs: Math.max(1, error.msBeforeNext) });
    }
  }
}
