import type { DeadLetter } from './dead-letter';
import { letterTooLarge } from './desk-errors';
import { replayInBulk } from './replay-in-bulk';

function lane(key: string, count: number, size = 100): DeadLetter[] {
  return Array.from({ length: count }, (_, offset) => ({
    id: `${key}${offset}`, topic: 't', partition: 0, offset: String(offset), group: 'g', code: 'not-json', originKnown: true, cause: '', key, size,
    deadAt: '', attempt: 1, replayOf: null, first: { partition: 0, offset: String(offset) }, place: { topic: 't', partition: 0, offset: '0' },
  }));
}

describe('a bulk replay', () => {
  it('publishes in chunks that a topic takes, in order', async () => {
    const chunks: string[][] = [];
    const all = lane('a', 5, 100 * 1024);
    await expect(replayInBulk({ lanes: [all, lane('b', 250)], heldBack: 2 }, async (letters) => void chunks.push(letters.map(({ id }) => id)))).resolves.toEqual({
      replayed: 255, heldBack: 2, failed: [], remaining: 0,
    });
    expect(chunks.map(({ length }) => length)).toEqual([2, 2, 100, 100, 51]);
    expect(chunks.flat()).toEqual([...all, ...lane('b', 250)].map(({ id }) => id));
  });

  it('stops at its bound and says what is left', async () => {
    await expect(replayInBulk({ lanes: [lane('a', 1_500)], heldBack: 0 }, async () => {})).resolves.toMatchObject({ replayed: 1_000, remaining: 500 });
  });

  it('holds the rest of a key back behind a letter that cannot be published, and no other key', async () => {
    const published: string[] = [];
    const publish = async (letters: readonly DeadLetter[]): Promise<void> => {
      const bad = letters.find(({ id }) => id === 'a1');
      if (bad) throw letterTooLarge(bad);
      published.push(...letters.map(({ id }) => id));
    };
    await expect(replayInBulk({ lanes: [lane('a', 150), lane('b', 2)], heldBack: 0 }, publish)).resolves.toMatchObject({
      replayed: 3, heldBack: 148, failed: [{ id: 'a1', code: 'letter-too-large' }], remaining: 0,
    });
    expect(published).toEqual(['a0', 'b0', 'b1']);
  });

  it('ends when Kafka is away', async () => {
    await expect(replayInBulk({ lanes: [lane('a', 2)], heldBack: 0 }, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  });
});
