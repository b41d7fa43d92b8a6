import { Injectable } from '@nestjs/common';
import { LagWatch } from './lag-watch.service';

/** Sessions whose reads are remembered. */
const MOST = 5_000;

export interface PlacedRead {
  /** Unique to the process that read. */
  readonly session: string;
  readonly target: string;
  /** Where the target was at least when it was read. */
  readonly atLeast: bigint;
}

/**
 * Finds reads that have shown a session an older state than it had been shown before. What a read shows lies between two places: where its server was before, which the reader knows, and
 * where it is when it is looked at afterwards. If even the latter is less than an earlier read's former, time went backwards for the session: proven, though not every such read is found.
 */
@Injectable()
export class BackwardReads {
  private readonly floors = new Map<string, bigint>();

  constructor(private readonly replicas: LagWatch) {}

  /** In the order in which a session has read. */
  async isBackward({ session, target, atLeast }: PlacedRead): Promise<boolean> {
    const floor = this.floors.get(session);
    this.floors.delete(session);
    this.floors.set(session, floor !== undefined && floor > atLeast ? floor : atLeast);
    const [oldest] = this.floors.keys();
    if (this.floors.size > MOST && oldest !== undefined) this.floors.delete(oldest);
    // A server that is known to have come so far need not be asked.
    if (floor === undefined || atLeast >= floor || (this.replicas.historyOf(target)?.latest?.replayed ?? 0n) >= floor) return false;
    const now = await this.replicas.placeOf(target);
    return now !== undefined && now < floor;
  }
}
