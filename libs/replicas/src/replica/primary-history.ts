import type { Lsn } from '../position/lsn';
import type { Sample } from './sample';

/** Older samples tell no staleness that anybody asks for. */
const KEPT_MS = 120_000;
/** Many looks a millisecond would fill the memory, and tell no more; but the latest one always counts. */
const APART_MS = 5;

/**
 * Where the primary was when: turns the place of a replica into a time, without comparing clocks. (`now() - pg_last_xact_replay_timestamp()`
 * grows on an idle primary though nothing is missing.)
 */
export class PrimaryHistory {
  #samples: Sample[] = [];

  add(sample: Sample): void {
    const [before, last] = [this.#samples.at(-2), this.#samples.at(-1)];
    if (last?.timeline !== sample.timeline) this.#samples = [];
    else if (before && last.askedAt - before.askedAt < APART_MS) this.#samples.pop();
    this.#samples.push(sample);
    const oldest = sample.askedAt - KEPT_MS;
    if ((this.#samples[0]?.askedAt ?? oldest) < oldest - KEPT_MS) this.#samples = this.#samples.filter(({ askedAt }) => askedAt >= oldest);
  }

  /** By how much a server that has reached `lsn` is behind at most, in milliseconds; undefined if more than is known. */
  staleness(lsn: Lsn, now: number): number | undefined {
    const sample = this.#samples.findLast((each) => each.lsn <= lsn);
    return sample && now - sample.askedAt;
  }

  /** For how long the primary has been watched. */
  spanMs(now: number): number {
    const [first] = this.#samples;
    return first ? now - first.askedAt : 0;
  }

  /** What a server must have reached to show everything that was committed before `time`; undefined if the primary has not been asked since. */
  placeAfter(time: number): Lsn | undefined {
    let [from, to] = [0, this.#samples.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#samples[middle]?.askedAt ?? time) >= time) to = middle;
      else from = middle + 1;
    }
    return this.#samples[from]?.lsn;
  }
}
