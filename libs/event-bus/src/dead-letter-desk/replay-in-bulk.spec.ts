import type { DeadLetter } from './dead-letter';
import { letterTooLarge, letterTooOld } from './desk-errors';
import { type BulkReplay, replayInBulk } from './replay-in-bulk';

function lane(key: string, count: number, size = 100): DeadLetter[] {
  return Array.from({ length: count }, (_, offset) => ({
    id: `${key}${offset}`, topic: 't', partition: 0, offset: String(offset), group: 'g', code: 'not-json', originKnown: true, cause: '', key, size,
    deadAt: '', firstDeadAt: '', attempt: 1, replayOf: null, first: { partition: 0, offset: String(offset) }, place: { topic: 't', partition: 0, offset: '0' },
  }));
}

const into = (publish: BulkReplay['publish']): BulkReplay => ({ refusalOf: () => undefined, publish });

describe('a bulk replay', () => {
  it('publishes in chunks that a topic takes, in order', async () => {
    const chunks: string[][] = [];
    const all = lane('a', 5, 100 * 1024);
    await expect(replayInBulk({ lanes: [all, lane('b', 250)], heldBack: 2 }, into(async (letters) => void chunks.push(letters.map(({ id }) => id))))).resolves.toEqual({
      replayed: 255, heldBack: 2, failed: [], remaining: 0,
    });
    expect(chunks.map(({ length }) => length)).toEqual([2, 2, 100, 100, 51]);
    expect(chunks.flat()).toEqual([...all, ...lane('b', 250)].map(({ id }) => id));
  });

  it('stops at its bound and says what is left', async () => {
    await expect(replayInBulk({ lanes: [lane('a', 1_500)], heldBack: 0 }, into(async () => {}))).resolves.toMatchObject({ replayed: 1_000, remaining: 500 });
  });

  it('holds the rest of a key back behind a letter that cannot be published, and no other key', async () => {
    const published: string[] = [];
    const publish = async (letters: readonly DeadLetter[]): Promise<void> => {
      const bad = letters.find(({ id }) => id === 'a1');
      if (bad) throw letterTooLarge(bad);
      published.push(...letters.map(({ id }) => id));
    };
    await expect(replayInBulk({ lanes: [lane('a', 150), lane('b', 2)], heldBack: 0 }, into(publish))).resolves.toMatchObject({
      replayed: 3, heldBack: 148, failed: [{ id: 'a1', code: 'letter-too-large' }], remaining: 0,
    });
    expect(published).toEqual(['a0', 'b0', 'b1']);
  });

  it('holds the rest of a key back behind a letter that is refused beforehand, and publishes the others at once', async () => {
    const chunks: string[][] = [];
    const refusalOf = (letter: DeadLetter) => (letter.id === 'a1' ? letterTooOld(letter, 7) : undefined);
    const publish = async (letters: readonly DeadLetter[]): Promise<void> => void chunks.push(letters.map(({ id }) => id));
    await expect(replayInBulk({ lanes: [lane('a', 4), lane('b', 2)], heldBack: 0 }, { refusalOf, publish })).resolves.toMatchObject({
      replayed: 3, heldBack: 2, failed: [{ id: 'a1', code: 'letter-too-old' }], remaining: 0,
    });
    expect(chunks).toEqual([['a0', 'b0', 'b1']]);
  });

  it('reaches every key that can go, however many wait behind letters that are refused', async () => {
    const refusalOf = (letter: DeadLetter) => (letter.key === 'b' ? undefined : letterTooOld(letter, 7));
    const stuck = Array.from({ length: 1_500 }, (_, n) => lane(`old${n}`, 1));
    await expect(replayInBulk({ lanes: [...stuck, lane('b', 2)], heldBack: 0 }, { refusalOf, publish: async () => {} })).resolves.toMatchObject({ replayed: 2, remaining: 502 });
  });

  it('ends when Kafka is away', async () => {
    await expect(replayInBulk({ lanes: [lane('a', 2)], heldBack: 0 }, into(() => Promise.reject(new Error('away'))))).rejects.toThrow('away');
  });
});
