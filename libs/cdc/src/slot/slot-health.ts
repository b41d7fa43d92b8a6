import type { ReaderLogger } from '../reader-logger';
import type { MutableReaderStats } from '../reader-stats';
import type { SlotState } from './slot-state';
import { WalBudget } from './wal-budget';

/** Less than this until the slot is lost is worth a warning. */
const WARN_SECONDS_TO_LOSS = 3_600;
/** Between two warnings, in milliseconds. */
const WARN_INTERVAL = 5_000;

/** Keeps the figures on a slot's distance from being lost, and warns while that is near. */
export class SlotHealth {
  private readonly budget = new WalBudget();
  private warnedAt = -Infinity;

  constructor(
    private readonly stats: MutableReaderStats,
    private readonly logger: ReaderLogger,
  ) {}

  observe({ lagBytes, walStatus, safeWalBytes }: SlotState): void {
    const now = performance.now();
    this.budget.observe(now, safeWalBytes);
    const secondsToSlotLoss = this.budget.secondsLeft();
    Object.assign(this.stats, { lagBytes, walStatus, safeWalBytes, secondsToSlotLoss });
    const soon = secondsToSlotLoss !== null && secondsToSlotLoss < WARN_SECONDS_TO_LOSS;
    if ((!soon && walStatus !== 'unreserved') || now - this.warnedAt < WARN_INTERVAL) return;
    this.warnedAt = now;
    this.logger.warn('the slot will be lost unless what it feeds catches up or max_slot_wal_keep_size is raised', {
      walStatus,
      safeWalBytes,
      secondsToSlotLoss,
    });
  }
}
