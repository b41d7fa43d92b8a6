import net from 'node:net';
import { waitUntil } from '../core/wait-until.ts';

/** A process that has just ended keeps its sockets until the last of its threads is gone. */
const FREE_WITHIN_MS = 1_000;

/** What Node's `cluster` makes for its workers: bound, but nobody listens or accepts on it in this process. */
interface BoundHandle {
  readonly fd: number;
  getsockname(address: { port?: number }): number;
  close(): void;
}

/** The address that processes share while one takes over from another. */
export interface SharedAddress {
  /** The environment variable that moves it, for messages. */
  readonly variable: string;
  readonly host: '127.0.0.1';
  readonly port: number;
}

/**
 * A TCP socket that this process binds for its children, who listen and accept on it: several may have it at the same time,
 * and a connection that is still queued when one of them closes it is accepted by another. (With SO_REUSEPORT each would
 * have a queue of its own, which the kernel resets with its listener unless `net.ipv4.tcp_migrate_req` is on; and a stranger
 * of the same user could join in.) It refuses connections until the first child listens.
 */
export class ListeningSocket {
  readonly #handle: BoundHandle;

  private constructor(handle: BoundHandle) {
    this.#handle = handle;
  }

  /** @throws when somebody else has the address */
  static open(address: SharedAddress, signal: AbortSignal): Promise<ListeningSocket> {
    const what = `port ${address.port} (${address.variable}) to be free`;
    return waitUntil(() => new ListeningSocket(bind(address)), { what, timeoutMs: FREE_WITHIN_MS, signal });
  }

  /** To be given to a child as one of its descriptors. */
  get fd(): number {
    return this.#handle.fd;
  }

  /** The port is free once the children that have it are gone. */
  close(): void {
    this.#handle.close();
  }
}

function bind({ host, port }: SharedAddress): BoundHandle {
  // Not documented, and there is no other way in Node to bind without accepting; the version of Node is pinned, and a test
  // of this file fails where it is gone.
  const { _createServerHandle: create } = net as unknown as { _createServerHandle: (host: string, port: number, family: 4) => BoundHandle | number };
  const handle = create(host, port, 4);
  if (typeof handle === 'number') throw new Error(`it cannot be bound (error ${handle})`);
  // libuv puts off the error of an address in use until somebody listens: until then the socket has no address.
  const bound: { port?: number } = {};
  if (handle.getsockname(bound) !== 0 || bound.port !== port) {
    handle.close();
    throw new Error('another process listens there');
  }
  return handle;
}
