import { type DeadLetter, laneOf } from './dead-letter';
import { type DeskRefusal, DeskRefusedError } from './desk-errors';

/** Bounds of one request: it answers within seconds and says what is left. */
const MAX_LETTERS = 1_000;
const MAX_MS = 10_000;
/** Bounds of what is published at once. A topic takes a batch of 1 MiB unless told otherwise. */
const MAX_CHUNK_LETTERS = 100;
const MAX_CHUNK_BYTES = 256 * 1024;

export interface BulkReplay {
  /** What is known to speak against a letter. */
  readonly refusalOf: (letter: DeadLetter) => DeskRefusedError | undefined;
  /** @throws DeskRefusedError where one of the letters turns out to be at fault */
  readonly publish: (letters: readonly DeadLetter[]) => Promise<void>;
}

export interface ReplayReport {
  readonly replayed: number;
  /** Letters that match, behind an open one of their key that does not match or could not be replayed. */
  readonly heldBack: number;
  readonly failed: readonly { readonly id: string; readonly code: DeskRefusal; readonly detail: string }[];
  /** Letters that match and were not reached: ask again. */
  readonly remaining: number;
}

/**
 * Publishes letters in chunks, each lane in its order. A letter that is refused holds the rest of its lane back; the other lanes
 * go on. Lanes that are known to begin with one come last, so that they do not use up the bounds of every request.
 *
 * @throws whatever else `publish` throws: what was done before stays done
 */
export async function replayInBulk(
  { lanes, heldBack }: { readonly lanes: readonly DeadLetter[][]; readonly heldBack: number },
  { refusalOf, publish }: BulkReplay,
): Promise<ReplayReport> {
  const deadline = performance.now() + MAX_MS;
  const failed: ReplayReport['failed'][number][] = [];
  const blocked = new Set<string>();
  let [replayed, reached] = [0, 0];

  const refuse = (letter: DeadLetter, { code, message }: DeskRefusedError): void => {
    failed.push({ id: letter.id, code, detail: message });
    blocked.add(laneOf(letter));
  };

  const attempt = async (letters: readonly DeadLetter[]): Promise<void> => {
    const free: DeadLetter[] = [];
    for (const letter of letters) {
      if (blocked.has(laneOf(letter))) continue;
      const refusal = refusalOf(letter);
      if (refusal) refuse(letter, refusal);
      else free.push(letter);
    }
    if (free.length === 0) return;
    try {
      await publish(free);
      replayed += free.length;
    } catch (error) {
      if (!(error instanceof DeskRefusedError)) throw error;
      const [only, ...others] = free;
      // One of them is at fault: alone it stops nobody else.
      if (only && others.length === 0) refuse(only, error);
      else for (const letter of free) await attempt([letter]);
    }
  };

  const stuck = new Set(lanes.filter(([first]) => first && refusalOf(first)));
  const all = [...lanes.filter((lane) => !stuck.has(lane)), ...stuck].flat();
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
