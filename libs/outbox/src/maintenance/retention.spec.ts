import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkedRetention } from './retention';

const replayDays = 7;

describe('the retention', () => {
  it('has defaults that fit together', () => {
    expect(checkedRetention()).toEqual({ replayDays: 7, outboxDays: 8, inboxDays: 30 });
  });

  it('has a replay window that is at least the retention of this platform’s topics', () => {
    const settings = readFileSync(join(__dirname, '../../../../infra/kafka/server.properties'), 'utf8');
    const hours = Number(/^log\.retention\.hours=(\d+)$/m.exec(settings)?.[1]);
    expect(hours).toBeGreaterThan(0);
    expect(checkedRetention().replayDays * 24).toBeGreaterThanOrEqual(hours);
  });

  it.each([
    ['an outbox shorter than the replay window', { replayDays, outboxDays: 6 }, 'outboxDays (6) is below replayDays (7)'],
    ['an inbox that is shorter than both together', { replayDays, outboxDays: 8, inboxDays: 14 }, 'inboxDays (14) is below outboxDays + replayDays (15)'],
    ['a longer replay window alone', { replayDays: 14 }, 'outboxDays (8) is below replayDays (14)'],
    ['no whole days', { outboxDays: 8.5 }, 'outboxDays is 8.5'],
    ['no day at all', { replayDays: 0 }, 'replayDays is 0'],
    ['not a number', { inboxDays: Number.NaN }, 'inboxDays is NaN'],
  ])('is refused: %s', (_, given, reason) => {
    expect(() => checkedRetention(given)).toThrow(reason);
  });

  it('is accepted at the limit', () => {
    const limit = { replayDays, outboxDays: 7, inboxDays: 14 };
    expect(checkedRetention(limit)).toEqual(limit);
  });
});
