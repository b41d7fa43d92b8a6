import * as fc from 'fast-check';
import { ConfirmTracker } from './confirm-tracker';

/** What can happen, in an order that the server and the sink could produce. */
type Step =
  | { readonly kind: 'transaction'; readonly rows: number; readonly durableInside: number }
  | { readonly kind: 'durable'; readonly share: number }
  | { readonly kind: 'keepalive' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('transaction' as const), rows: fc.nat({ max: 5 }), durableInside: fc.nat({ max: 5 }) }),
  fc.record({ kind: fc.constant('durable' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('keepalive' as const) }),
);

/** The slow and obvious answer: the end of the last commit before which every row is durable. */
class Oracle {
  private readonly commits: { rows: number; lsn: bigint }[] = [];
  rows = 0;
  durable = 0;
  keepalive = 0n;

  commit(lsn: bigint): void {
    this.commits.push({ rows: this.rows, lsn });
  }

  get confirmed(): bigint {
    const durable = this.commits.filter(({ rows }) => rows <= this.durable).map(({ lsn }) => lsn);
    return [0n, this.keepalive, ...durable].reduce((most, lsn) => (lsn > most ? lsn : most));
  }
}

/** Whether the tracker says what the oracle says after every single step, and never goes back. */
function agrees(steps: readonly Step[], tracker: ConfirmTracker): boolean {
  const oracle = new Oracle();
  let log = 0n;
  let before = 0n;
  let agreed = true;
  const compare = (): void => {
    agreed &&= tracker.confirmedLsn === oracle.confirmed && tracker.confirmedLsn >= before;
    before = tracker.confirmedLsn;
  };
  const durable = (row: number): void => {
    oracle.durable = row;
    tracker.durable(row);
    compare();
  };
  const keepalive = (open: boolean): void => {
    tracker.keepalive(log);
    if (!open && oracle.durable === oracle.rows) oracle.keepalive = log;
    compare();
  };
  const transaction = (rows: number, durableInside: number): void => {
    tracker.begin();
    for (let row = 0; row < rows; row++) {
      agreed &&= tracker.row() === ++oracle.rows;
      // The sink may be done with rows whose commit has not arrived yet: a huge transaction streams.
      if (row < durableInside) durable(oracle.rows);
      keepalive(true);
    }
    log += 10n;
    oracle.commit(log);
    tracker.commit(log);
    compare();
  };
  for (const each of steps) {
    log += 10n;
    switch (each.kind) {
      case 'transaction':
        transaction(each.rows, each.durableInside);
        break;
      case 'durable':
        durable(oracle.durable + Math.floor((oracle.rows - oracle.durable) * each.share));
        break;
      case 'keepalive':
        keepalive(false);
        break;
    }
  }
  durable(oracle.rows);
  return agreed;
}

const steps = fc.array(step, { maxLength: 40 });

describe('ConfirmTracker', () => {
  it('confirms the end of the last commit whose rows, and all rows before, are durable', () => {
    const property = fc.property(steps, (each) => agrees(each, new ConfirmTracker(0n)));
    expect(fc.check(property, { numRuns: 10_000 })).toMatchObject({ failed: false, numRuns: 10_000 });
  });

  it('would be caught confirming a commit on its arrival (negative control)', () => {
    class Early extends ConfirmTracker {
      private latest = 0n;
      override commit(endLsn: bigint): void {
        super.commit(endLsn);
        this.latest = endLsn;
      }
      override get confirmedLsn(): bigint {
        const right = super.confirmedLsn;
        return this.latest > right ? this.latest : right;
      }
    }
    const property = fc.property(steps, (each) => agrees(each, new Early(0n)));
    expect(fc.check(property)).toMatchObject({ failed: true });
  });

  it('holds a keepalive off while a transaction is open or a row is pending', () => {
    const tracker = new ConfirmTracker(5n);
    tracker.keepalive(10n);
    expect(tracker.confirmedLsn).toBe(10n);
    tracker.begin();
    tracker.keepalive(20n);
    expect(tracker.confirmedLsn).toBe(10n);
    const row = tracker.row();
    tracker.commit(30n);
    tracker.keepalive(40n);
    expect(tracker.confirmedLsn).toBe(10n);
    tracker.durable(row);
    expect(tracker.confirmedLsn).toBe(30n);
    tracker.keepalive(40n);
    expect(tracker.confirmedLsn).toBe(40n);
  });

  it('keeps memory by the rows that are pending, not by the commits it has seen', () => {
    const tracker = new ConfirmTracker(0n);
    for (let commit = 1; commit <= 100_000; commit++) {
      tracker.begin();
      const row = tracker.row();
      tracker.commit(BigInt(commit));
      if (row > 10) tracker.durable(row - 10);
    }
    expect(tracker.confirmedLsn).toBe(99_990n);
    expect(JSON.stringify(tracker, (_, value) => (typeof value === 'bigint' ? 0 : value)).length).toBeLessThan(100_000);
  });
});
