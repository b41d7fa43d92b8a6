import { FallbackLimit } from '../src/routing/fallback-limit';
import { ranked, shuffled } from '../src/routing/rendezvous';

const replicas = [{ name: 'a', weight: 1 }, { name: 'b', weight: 2 }, { name: 'c', weight: 1 }];
const IDS = Array.from({ length: 4_000 }, (_, n) => `id-${n}`);

function shareOf(name: string, first: (id: string) => string | undefined): number {
  return IDS.filter((id) => first(id) === name).length / IDS.length;
}

it.each([
  ['ids', (id: string) => ranked(id, replicas)[0]?.name],
  ['reads of no id', () => shuffled(replicas)[0]?.name],
])('%s are shared by weight', (_what, first) => {
  expect(shareOf('a', first)).toBeCloseTo(0.25, 1);
  expect(shareOf('b', first)).toBeCloseTo(0.5, 1);
});

it('when one leaves, its ids move to the next of their choice, and no other', () => {
  for (const id of IDS) {
    const order = ranked(id, replicas).map(({ name }) => name);
    expect(ranked(id, replicas.toReversed()).map(({ name }) => name)).toEqual(order);
    expect(ranked(id, replicas.slice(1)).map(({ name }) => name)).toEqual(order.filter((name) => name !== 'a'));
  }
});

describe('the primary', () => {
  afterEach(() => jest.useRealTimers());

  it('takes as many a second as it may, and again in the next', () => {
    jest.useFakeTimers();
    const limit = new FallbackLimit(3);
    for (let second = 0; second < 3; second++) {
      for (let n = 0; n < 3; n++) limit.take();
      expect(() => limit.take()).toThrow('More than 3 reads');
      jest.advanceTimersByTime(999);
      expect(() => limit.take()).toThrow('More than 3 reads');
      jest.advanceTimersByTime(1);
    }
  });
});
