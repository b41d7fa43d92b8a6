import { Pool, type PoolConfig } from 'pg';
import type { Weighted } from '../routing/rendezvous';
import { outlive } from './outlive';
import type { Sample } from './sample';
import { ServerWatch, type WatchOptions } from './server-watch';

/** `up`, `out` (does not answer), `behind` (lags by too much) or `promoted` (it is a primary now). */
export type ReplicaState = 'up' | 'out' | 'behind' | 'promoted';

const FAILURES_UNTIL_OUT = 2;
/** A server that hangs still accepts connections; `pg` by itself would wait for it for ever. */
const CONNECT_MS = 2_000;

/** A standby: its connections, where it is, and whether it may be read. */
export class Replica implements Weighted {
  readonly name: string;
  readonly weight: number;
  readonly pool: Pool;
  readonly watch: ServerWatch;
  state: ReplicaState = 'out';
  #told: ReplicaState | undefined;
  #failures = 0;
  /** The same string for as long as it is the same life: each read compares it and looks it up. */
  #incarnation = { life: '', text: '' };

  constructor(
    { name, weight, pool }: { name: string; weight: number; pool: PoolConfig },
    watch: WatchOptions,
    private readonly onChange: (replica: Replica, cause: unknown) => void,
    private readonly judge: (replica: Replica, sample: Sample) => ReplicaState,
  ) {
    this.name = name;
    this.weight = weight;
    this.pool = new Pool({ connectionTimeoutMillis: CONNECT_MS, ...pool });
    this.pool.on('error', () => undefined); // an idle connection that has ended; the next one tells
    outlive(this.pool);
    this.watch = new ServerWatch(pool, watch, (sample) => this.#see(sample), (error) => this.failed(error));
  }

  /** Name and life of the server; undefined while nobody knows whether it is still the same. */
  get incarnation(): string | undefined {
    const life = this.watch.latest?.life;
    if (this.state === 'out' || life === undefined) return undefined;
    if (life !== this.#incarnation.life) this.#incarnation = { life, text: `${this.name}@${life}` };
    return this.#incarnation.text;
  }

  /** A read or a look has failed by the server's fault. */
  failed(error: unknown): void {
    this.#failures += 1;
    if (this.#failures >= FAILURES_UNTIL_OUT) this.#become('out', error);
  }

  /** The primary has begun another timeline. */
  judgeAgain(): void {
    if (this.state !== 'out' && this.watch.latest) this.#become(this.judge(this, this.watch.latest));
  }

  async close(): Promise<void> {
    await Promise.all([this.watch.stop(), this.pool.end()]);
  }

  #see(sample: Sample): void {
    this.#failures = 0;
    this.#become(this.judge(this, sample));
  }

  #become(state: ReplicaState, cause?: unknown): void {
    this.state = state;
    if (state === this.#told) return;
    this.#told = state;
    this.onChange(this, cause);
  }
}
