import type { Lsn } from '../position/lsn';
import type { Sample } from './sample';

/** Older samples tell no staleness that anybody asks for. */
const KEPT_MS = 120_000;

/**
 * Where the primary was when: turns the place of a replica into a time, without comparing clocks. (`now() - pg_last_xact_replay_timestamp()`
 * grows on an idle primary though nothing is missing.)
 */
export class PrimaryHistory {
  #samples: Sample[] = [];

  add(sample: Sample): void {
    if (this.#samples.at(-1)?.timeline !== sample.timeline) this.#samples = [];
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
    return this.#samples.find(({ askedAt }) => askedAt >= time)?.lsn;
  }
}
