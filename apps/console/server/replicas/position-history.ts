import type { Sample } from './standby';

/** Ten minutes at twice a second, and what events have asked for in between. */
const MOST = 3_000;

/** Where the servers have been, so that it can be said from when on something was to be seen. */
export class PositionHistory {
  private readonly samples: Sample[] = [];
  private readonly primary: { readonly at: number; readonly written: bigint }[] = [];

  addSample(sample: Sample): void {
    push(this.samples, sample);
  }

  addWritten(at: number, written: bigint): void {
    push(this.primary, { at, written });
  }

  get latest(): Sample | undefined {
    return this.samples.at(-1);
  }

  /** The first look that found a commit replayed. The row's own place comes before its commit's, so the time of the commit has to be reached too. */
  firstWith(lsn: bigint, committedAt: number): Sample | undefined {
    return this.samples.find(({ replayed, lastCommitAt }) => replayed > lsn && lastCommitAt !== null && lastCommitAt >= committedAt - 0.001);
  }

  /** The last look that did not. */
  lastWithout(lsn: bigint, committedAt: number): Sample | undefined {
    const first = this.firstWith(lsn, committedAt);
    const before = first ? this.samples.indexOf(first) - 1 : this.samples.length - 1;
    return this.samples[before];
  }

  /** For how long the primary has had what this standby has not, in ms; 0 where it has everything, null where nobody knows. */
  lagMs({ replayed }: Sample, now: number): number | null {
    const last = this.primary.at(-1);
    if (last && last.written <= replayed) return 0;
    const since = this.primary.find(({ written }) => written > replayed);
    return since ? Math.max(0, now - since.at) : null;
  }
}

function push<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > MOST) list.shift();
}
