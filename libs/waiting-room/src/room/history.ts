import { type Admission, ForkedHistoryError, type RoomStore } from '../store/room-store';
import type { RedisClient } from './room-script';

const BATCH = 1_000;
/** Others are looked up in the store. */
const HASHES = 2 * BATCH;

type Entry = readonly [id: string, fields: readonly string[]];

/** Brings admissions from Redis to the store, in their order, each once. Any process may; several at once do no harm. */
export class History {
  /** Up to this number the store has them all, as far as this process knows. */
  durable = 0;
  /** Of the latest that this process has brought there. */
  readonly #hashes = new Map<number, string>();
  /** The store does not take what Redis admits: whoever is admitted now could not be told. */
  isStuck = false;
  #keeping: Promise<void> | undefined;

  constructor(
    private readonly redis: RedisClient,
    private readonly store: RoomStore,
    private readonly room: string,
    private readonly outKey: string,
  ) {}

  begin(durable: number): void {
    this.durable = durable;
  }

  /**
   * Until the store has this very admission: another one may have its number, where Redis has gone on from another history.
   *
   * @throws ForkedHistoryError, or what Redis or the store says
   */
  async keep(seq: number, hash: string): Promise<void> {
    while (this.durable < seq) {
      const before = this.durable;
      const joined = this.#keeping !== undefined;
      await this.#keepShared();
      if (!joined && this.durable === before) throw new ForkedHistoryError(this.room, seq); // Redis has lost it meanwhile
    }
    const kept = this.#hashes.get(seq) ?? (await this.store.after(this.room, seq - 1, 1))[0]?.hash;
    if (kept !== hash) throw new ForkedHistoryError(this.room, seq);
  }

  /** Whether the store takes admissions again. */
  probe(): void {
    this.#keepShared().catch(() => undefined);
  }

  #keepShared(): Promise<void> {
    this.#keeping ??= this.#keepNext().finally(() => {
      this.#keeping = undefined;
    });
    return this.#keeping;
  }

  async #keepNext(): Promise<void> {
    const entries = (await this.redis.xrange(this.outKey, `${this.durable + 1}-0`, '+', 'COUNT', BATCH)) as Entry[];
    const admissions = entries.map(admissionOf);
    try {
      await this.store.append(this.room, admissions);
      this.isStuck = false;
    } catch (error) {
      this.isStuck = !(error instanceof ForkedHistoryError);
      throw error;
    }
    const last = admissions.at(-1);
    for (const { seq, hash } of admissions) this.#hashes.set(seq, hash);
    for (const seq of this.#hashes.keys()) if (this.#hashes.size > HASHES) this.#hashes.delete(seq);
    if (last) this.durable = Math.max(this.durable, last.seq);
  }
}

function admissionOf([id, fields]: Entry): Admission {
  const [, visitor = '', , ticket, , admittedAt, , limit, , windowUs, , hash = ''] = fields;
  return { seq: Number.parseInt(id, 10), visitor, ticket: Number(ticket), admittedAt: Number(admittedAt), limit: Number(limit), windowUs: Number(windowUs), hash };
}
