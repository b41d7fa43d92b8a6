import { Duplex } from 'node:stream';
import type { PoolConfig } from 'pg';
import { Cluster, type ClusterOptions } from '../src/replica/cluster';

interface Place {
  standby: boolean;
  lsn: bigint;
  received: bigint | undefined;
  replayed: bigint | undefined;
  timeline: number;
  systemId: string;
  life: string;
}

/**
 * A server as a watch sees it: it says where it is, and that is what the test says. It speaks as much of PostgreSQL's protocol (3.0) as that takes, in
 * the same process, so that the watches, the cluster and the router are the real ones and each moment is chosen.
 */
export class ScriptedServer {
  readonly place: Place;
  down = false;
  /** When somebody tried to connect (ms, monotonic). */
  readonly attempts: number[] = [];
  looks = 0;
  /** Before it looks where it is, and before the answer leaves. */
  beforeLook: () => Promise<unknown> = () => Promise.resolve();
  beforeAnswer: () => Promise<unknown> = () => Promise.resolve();

  constructor(place: Partial<Place>) {
    this.place = { standby: true, lsn: 100n, received: undefined, replayed: undefined, timeline: 1, systemId: '7', life: 'first', ...place };
  }

  get pool(): PoolConfig {
    return { user: 'anybody', stream: () => new Connection(this) };
  }

  async answer(): Promise<Buffer> {
    await this.beforeLook();
    const { standby, lsn, received = standby ? lsn : undefined, replayed, timeline, systemId, life } = this.place;
    this.looks += 1;
    await this.beforeAnswer();
    const columns: [name: string, type: number, value: string | undefined][] = [
      ['standby', 16, standby ? 't' : 'f'],
      ['lsn', 25, text(lsn)],
      ['received', 25, received === undefined ? undefined : text(received)],
      ['replayed', 25, replayed === undefined ? undefined : text(replayed)],
      ['timeline', 23, String(timeline)],
      ['systemId', 25, systemId],
      ['life', 25, life],
    ];
    const description = columns.flatMap(([name, type]) => [Buffer.from(`${name}\0`), int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(0)]);
    const row = columns.flatMap(([, , value]) => (value === undefined ? [int32(-1)] : [int32(value.length), Buffer.from(value)]));
    return Buffer.concat([message('T', int16(columns.length), ...description), message('D', int16(columns.length), ...row), message('C', Buffer.from('SELECT 1\0')), READY]);
  }
}

class Connection extends Duplex {
  #started = false;

  constructor(private readonly server: ScriptedServer) {
    super();
  }

  connect(): this {
    this.server.attempts.push(performance.now());
    setImmediate(() => (this.server.down ? this.destroy(new Error('connect ECONNREFUSED')) : this.emit('connect')));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  override _read(): void {}

  /** `pg` writes a message at a time. */
  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    done();
    if (!this.#started) {
      this.#started = true;
      this.push(Buffer.concat([message('R', int32(0)), READY]));
    } else if (this.server.down || bytes.toString('latin1', 0, 1) === 'X') {
      this.destroy();
    } else {
      void this.server.answer().then((answer) => this.destroyed || this.push(answer));
    }
  }
}

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function text(lsn: bigint): string {
  return `${(lsn >> 32n).toString(16)}/${(lsn & 0xffff_ffffn).toString(16)}`;
}

const READY = message('Z', Buffer.from('I'));

/** Each is looked at once, the primary first; from then on only when somebody asks or waits. */
export async function scripted(replicas: readonly Partial<Place>[] = [{}, {}], options: Partial<ClusterOptions> = {}) {
  const primary = new ScriptedServer({ standby: false });
  const servers = replicas.map((place) => new ScriptedServer(place));
  const cluster = new Cluster({
    watch: { idleMs: 60_000, busyMs: 1, timeoutMs: 300 },
    ...options,
    primary: primary.pool,
    replicas: servers.map(({ pool }, n) => ({ name: `replica-${n + 1}`, pool })),
  });
  await cluster.primary.look();
  await Promise.all(cluster.replicas.map(({ watch }) => watch.look()));
  return { cluster, primary, servers };
}
