import { checkStoredLsn, type LogPosition } from './log-position';
import { storedLsn, storedOffsetKey } from './stored-offset';
import { failureOf, runs } from './task-failure';

describe('what Kafka Connect remembers, against the log', () => {
  const log: LogPosition = { history: '7/00000001', end: 1_000n, slotRestart: 500n };
  const check = (stored: bigint | null, history: string | undefined = log.history): void => checkStoredLsn('outbox-member', stored, history, log);

  it.each([500n, 700n, 1_000n])('may be %s: the slot holds what follows', (stored) => {
    expect(() => check(stored)).not.toThrow();
  });

  it('may be nothing, whatever the log: the slot says where to begin', () => {
    expect(() => check(null, '7/00000009')).not.toThrow();
  });

  it.each([
    ['before what the slot holds', 499n, undefined, 'CDC_OFFSET_BEHIND'],
    ['beyond the end of the log', 1_001n, undefined, 'CDC_OFFSET_AHEAD'],
    ['of another timeline', 700n, '7/00000002', 'CDC_LOG_HISTORY_CHANGED'],
    ['of another server', 700n, '8/00000001', 'CDC_LOG_HISTORY_CHANGED'],
  ])('may not be %s', (_what, stored, history, code) => {
    expect(() => check(stored, history)).toThrow(expect.objectContaining({ code, message: expect.stringContaining('DELETE /connectors/outbox-member/offsets') as string }));
  });
});

describe('storedLsn', () => {
  it('is where everything before is in Kafka, not the last row of an unfinished transaction', () => {
    expect(storedLsn([{ offset: { lsn: 900, lsn_proc: 700, lsn_commit: 700 } }])).toBe(700n);
    expect(storedLsn([{ offset: { lsn: 900 } }])).toBe(900n);
  });

  it.each([[[]], [[{ offset: null }]], [[{ offset: {} }]]])('is nothing for %j', (offsets) => {
    expect(storedLsn(offsets)).toBeNull();
  });

  it('is filed under a key without blanks', () => {
    expect(storedOffsetKey('outbox-member', 'member')).toBe('["outbox-member",{"server":"cdc.member"}]');
  });
});

describe('failureOf', () => {
  const on = { worker_id: '127.0.0.1:18083' };
  const running = { ...on, state: 'RUNNING' } as const;

  it('is nothing while all run', () => {
    const status = { connector: running, tasks: [{ ...running, id: 0 }] };
    expect(failureOf(status)).toBeNull();
    expect(runs(status)).toBe(true);
    expect(runs({ connector: running, tasks: [] })).toBe(false);
  });

  it('tells the first line and the innermost cause', () => {
    const trace = 'org.X: failed\n\tat a.b\nCaused by: org.Y: y\n\tat c\nCaused by: org.apache.kafka.common.errors.RecordTooLargeException: 9\n';
    expect(failureOf({ connector: running, tasks: [{ ...on, state: 'FAILED', id: 0, trace }] })).toEqual({
      reason: 'org.X: failed Caused by: org.apache.kafka.common.errors.RecordTooLargeException: 9',
      permanent: true,
    });
  });
});
