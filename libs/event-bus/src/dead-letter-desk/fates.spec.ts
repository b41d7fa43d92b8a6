import type { AuditAction, RecordedAuditEntry } from './audit-entry';
import { Fates } from './fates';

const entry = (letter: string, action: AuditAction, offset: number): RecordedAuditEntry => ({
  letter, action, by: 'a', at: `at ${offset}`, operation: 'o', reason: null, offset: String(offset),
});

describe('what became of letters', () => {
  it('is kept whole for no more than twice what is shown, and of the others that they are settled', () => {
    const fates = new Fates(100);
    for (let n = 0; n < 10_000; n++) fates.record(entry(`letter ${n}`, 'discarded', n), (id) => id === 'letter 3');
    expect(fates.size.whole).toBeLessThanOrEqual(200);
    expect(fates.size.whole + fates.size.settled).toBe(10_000);
    expect([fates.of('letter 3')?.outcome, fates.of('letter 4'), fates.isReduced('letter 4'), fates.of('letter 9999')?.settledAt]).toEqual(['discarded', undefined, true, 'at 9999']);
  });

  it('leaves nothing behind of letters that were never settled', () => {
    const fates = new Fates(100);
    for (let n = 0; n < 10_000; n++) fates.record(entry(`letter ${n}`, 'replay-requested', n), () => false);
    expect(fates.size).toEqual({ whole: expect.any(Number), settled: 0 });
    expect(fates.size.whole).toBeLessThanOrEqual(200);
  });

  it('is settled for good: no later entry makes it whole, or open', () => {
    const fates = new Fates(1);
    fates.record(entry('a', 'discarded', 1), () => false);
    fates.reduce('a');
    fates.record(entry('a', 'replay-requested', 2), () => false);
    expect([fates.of('a'), fates.isReduced('a')]).toEqual([undefined, true]);
  });

  it('is forgotten with the topic, and known again once the trail is read again', () => {
    const fates = new Fates(1);
    for (const id of ['a', 'b']) fates.record(entry(id, 'discarded', 1), () => false);
    fates.reduce('a');
    fates.forget(() => true);
    expect(fates.size).toEqual({ whole: 0, settled: 0 });
    fates.record(entry('a', 'discarded', 1), () => false);
    expect(fates.of('a')?.outcome).toBe('discarded');
  });

  it.each([3, 20, 25, 50])('is the same after a trail of %d entries was read twice', (count) => {
    const fates = new Fates(1);
    const read = (): void => {
      for (let n = 0; n < count; n++) fates.record(entry('a', 'replay-requested', n), () => true);
    };
    read();
    const once = structuredClone(fates.of('a'));
    read();
    expect(fates.of('a')).toEqual(once);
  });
});
