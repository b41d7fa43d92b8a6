import { Feedback } from './feedback';

function feedback(walSenderTimeoutMs: number): { sent: [atMs: number, reply: boolean][]; state: { paused: boolean; silent: boolean }; feedback: Feedback } {
  const sent: [number, boolean][] = [];
  const state = { paused: false, silent: false };
  const startedAt = Date.now();
  const made = new Feedback({
    walSenderTimeoutMs,
    send: (reply) => sent.push([Date.now() - startedAt, reply]),
    isPaused: () => state.paused,
    onSilent: () => (state.silent = true),
  });
  made.start();
  return { sent, state, feedback: made };
}

describe('Feedback', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it.each([100, 2_000, 60_000])('is never later than 75 %% of a wal_sender_timeout of %i ms, paused or not', (timeout) => {
    const { sent, state, feedback: made } = feedback(timeout);
    state.paused = true;
    jest.advanceTimersByTime(timeout * 10);
    made.stop();
    const gaps = sent.map(([at], index) => at - (sent[index - 1]?.[0] ?? 0));
    expect(sent.length).toBeGreaterThan(10);
    expect(Math.max(...gaps)).toBeLessThan(timeout * 0.75);
  });

  it('asks a silent server for a sign of life, then gives it up', () => {
    const { sent, state, feedback: made } = feedback(0);
    jest.advanceTimersByTime(15_000);
    expect(sent.filter(([, reply]) => reply)).toHaveLength(1);
    expect(state.silent).toBe(false);
    made.heard();
    jest.advanceTimersByTime(20_000);
    expect(state.silent).toBe(false);
    jest.advanceTimersByTime(15_000);
    made.stop();
    expect(state.silent).toBe(true);
  });
});
