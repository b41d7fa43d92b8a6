import type { Lsn } from '../position/lsn';
import type { Position } from '../position/position';
import type { Sample } from './sample';

interface Fork {
  readonly from: number;
  /** The last place that both timelines have; undefined if nobody knows. */
  readonly at: Lsn | undefined;
  /** The last that was known of the old primary. */
  readonly last: Sample;
  readonly seenAt: number;
}

/** The promotions that this process has seen, and what they left of the timelines before. */
export class Timelines {
  readonly #forks = new Map<number, Fork>();

  /** @param promoted whether it is a standby that was watched until it became the primary: only then is what it replayed last the fork, and no crash recovery */
  promotion(before: Sample, after: Sample, promoted: boolean): void {
    this.#forks.set(after.timeline, { from: before.timeline, at: promoted ? after.replayed : undefined, last: before, seenAt: after.answeredAt });
  }

  /** A place of an older timeline, if the current one has it: up to the fork both are the same. Undefined if it is lost or nobody knows. */
  carriedOver(position: Position, to: number): Position | undefined {
    let { timeline } = position;
    while (timeline < to) {
      const next = [...this.#forks].find(([, { from }]) => from === timeline);
      if (!next) return undefined;
      const [successor, { at }] = next;
      if (at === undefined || position.lsn > at) return undefined;
      timeline = successor;
    }
    return { timeline, lsn: position.lsn };
  }

  /** Whether a read that ended at `time` may have been one of an earlier timeline. */
  beganAfter(timeline: number, time: number): boolean {
    const fork = this.#forks.get(timeline);
    return fork !== undefined && time < fork.seenAt;
  }

  /** The primary from before `timeline` as last seen after `time`: a bound of what it had shown then. */
  lastBefore(timeline: number, time: number): Position | undefined {
    const last = this.#forks.get(timeline)?.last;
    return last && last.askedAt >= time ? { timeline: last.timeline, lsn: last.lsn } : undefined;
  }
}
