import { type DeadLetter, laneOf } from './dead-letter';
import { type DeskRefusal, DeskRefusedError } from './desk-errors';

/** Bounds of one request: it answers within seconds and says what is left. */
const MAX_LETTERS = 1_000;
const MAX_MS = 10_000;
/** Bounds of what is published at once. A topic takes a batch of 1 MiB unless told otherwise. */
const MAX_CHUNK_LETTERS = 100;
const MAX_CHUNK_BYTES = 256 * 1024;

export interface ReplayReport {
  readonly replayed: number;
  /** Letters that match, behind an open one of their key that does not match or could not be replayed. */
  readonly heldBack: number;
  readonly failed: readonly { readonly id: string; readonly code: DeskRefusal; readonly detail: string }[];
  /** Letters that match and were not reached: ask again. */
  readonly remaining: number;
}

/**
 * Publishes letters in chunks, each lane in its order. A letter that cannot be published holds the rest of its lane back; the
 * other lanes go on.
 *
 * @throws whatever else `publish` throws: what was done before stays done
 */
export async function replayInBulk(
  { lanes, heldBack }: { readonly lanes: readonly DeadLetter[][]; readonly heldBack: number },
  publish: (letters: readonly DeadLetter[]) => Promise<void>,
): Promise<ReplayReport> {
  const deadline = performance.now() + MAX_MS;
  const failed: ReplayReport['failed'][number][] = [];
  const blocked = new Set<string>();
  let [replayed, reached] = [0, 0];

  const attempt = async (letters: readonly DeadLetter[]): Promise<void> => {
    const free = letters.filter((letter) => !blocked.has(laneOf(letter)));
    if (free.length === 0) return;
    try {
      await publish(free);
      replayed += free.length;
    } catch (error) {
      if (!(error instanceof DeskRefusedError)) throw error;
      const [only, ...others] = free;
      if (only && others.length === 0) {
        failed.push({ id: only.id, code: error.code, detail: error.message });
        blocked.add(laneOf(only));
      } else {
        // One of them is at fault: alone it stops nobody else.
        for (const letter of free) await attempt([letter]);
      }
    }
  };

  const all = lanes.flat();
  for (const chunk of chunksOf(all.slice(0, MAX_LETTERS))) {
    if (performance.now() > deadline) break;
    await attempt(chunk);
    reached += chunk.length;
  }
  return { replayed, heldBack: heldBack + reached - replayed - failed.length, failed, remaining: all.length - reached };
}

function* chunksOf(letters: readonly DeadLetter[]): Generator<DeadLetter[]> {
  let chunk: DeadLetter[] = [];
  let bytes = 0;
  for (const letter of letters) {
    if (chunk.length > 0 && (chunk.length >= MAX_CHUNK_LETTERS || bytes + letter.size > MAX_CHUNK_BYTES)) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(letter);
    bytes += letter.size;
  }
  if (chunk.length > 0) yield chunk;
}
