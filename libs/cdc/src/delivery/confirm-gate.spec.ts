import { ConfirmGate } from './confirm-gate';

interface Rig {
  readonly gate: ConfirmGate;
  readonly checks: PromiseWithResolvers<void>[];
  readonly failures: unknown[];
  told: bigint[];
  durable: bigint;
}

function rig(): Rig {
  const made: Rig = {
    checks: [],
    failures: [],
    told: [],
    durable: 5n,
    gate: new ConfirmGate({
      confirmedLsn: 5n,
      durableLsn: () => made.durable,
      check: () => {
        const check = Promise.withResolvers<void>();
        made.checks.push(check);
        return check.promise;
      },
      onConfirmed: () => made.told.push(made.gate.confirmedLsn),
      onFailed: (error) => made.failures.push(error),
    }),
  };
  return made;
}

describe('ConfirmGate', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('asks nothing while nothing is new', async () => {
    const made = rig();
    made.gate.wake();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(made.checks).toHaveLength(0);
  });

  it('lets a burst share one check, and never confirms what became durable during it', async () => {
    const made = rig();
    for (let lsn = 10n; lsn <= 20n; lsn++) {
      made.durable = lsn;
      made.gate.wake();
    }
    await jest.advanceTimersByTimeAsync(50);
    expect(made.checks).toHaveLength(1);
    expect(made.gate.confirmedLsn).toBe(5n);
    made.durable = 30n;
    made.gate.wake();
    made.checks[0]?.resolve();
    await jest.advanceTimersByTimeAsync(50);
    expect(made.told).toEqual([20n]);
    made.checks[1]?.resolve();
    await jest.advanceTimersByTimeAsync(50);
    expect(made.told).toEqual([20n, 30n]);
    expect(made.checks).toHaveLength(2);
  });

  it('confirms nothing, ever again, after a check that failed', async () => {
    const made = rig();
    made.durable = 10n;
    made.gate.wake();
    await jest.advanceTimersByTimeAsync(50);
    const error = new Error('rows may be missing');
    made.checks[0]?.reject(error);
    await jest.advanceTimersByTimeAsync(0);
    made.gate.wake();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(made.failures).toEqual([error]);
    expect(made.checks).toHaveLength(1);
    expect(made.gate.confirmedLsn).toBe(5n);
  });

  it('checks a last time when it finishes, and does not wait for a server that does not answer', async () => {
    const [answered, silent] = [rig(), rig()];
    for (const made of [answered, silent]) made.durable = 10n;
    const closing = answered.gate.finish();
    answered.checks[0]?.resolve();
    await closing;
    expect(answered.gate.confirmedLsn).toBe(10n);
    const hanging = silent.gate.finish();
    await jest.advanceTimersByTimeAsync(2_000);
    await hanging;
    silent.checks[0]?.resolve();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(silent.gate.confirmedLsn).toBe(5n);
    expect(silent.told).toEqual([]);
  });
});
