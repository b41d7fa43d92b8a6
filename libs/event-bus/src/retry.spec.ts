import { type RetryEvent, withRetry } from './retry';

const policy = { attempts: 3, initialDelayMs: 1, maxDelayMs: 2 };
const forever = new AbortController().signal;

function failing(times: number, error: Error): { effect: () => Promise<string>; calls: () => number } {
  let calls = 0;
  const effect = async (): Promise<string> => {
    if (++calls <= times) throw error;
    return 'done';
  };
  return { effect, calls: () => calls };
}

const away = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });

describe('retry', () => {
  it('gives a failing effect its attempts, then throws its last error', async () => {
    const { effect, calls } = failing(99, new Error('no'));
    await expect(withRetry(effect, policy, forever, () => {})).rejects.toThrow('no');
    expect(calls()).toBe(3);
  });

  it('outlasts an absent dependency for much longer than the attempts', async () => {
    const events: RetryEvent[] = [];
    const { effect, calls } = failing(20, away);
    await expect(withRetry(effect, policy, forever, (event) => events.push(event))).resolves.toBe('done');
    expect(calls()).toBe(21);
    expect(events.every(({ transient, delayMs }) => transient && delayMs <= policy.maxDelayMs)).toBe(true);
  });

  it('stops waiting when it is told to, with the reason given', async () => {
    const stop = new AbortController();
    const { effect } = failing(99, away);
    const run = withRetry(effect, { ...policy, initialDelayMs: 60_000, maxDelayMs: 60_000 }, stop.signal, () =>
      stop.abort(new Error('shutting down')),
    );
    await expect(run).rejects.toThrow('shutting down');
  });
});
