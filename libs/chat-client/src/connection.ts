import { io, type Socket } from 'socket.io-client';
import { leavesOpen } from './errors';
import { Link } from './link';
import type { ChatFailure } from './protocol';
import { spread } from './waiting';

export interface ConnectionOptions {
  /** Nodes of one chat: `http://host:port`. Begins at any of them, and takes the next when one dies. */
  readonly urls: readonly string[];
  /** Asked for at each handshake. */
  readonly token: () => string | Promise<string>;
  /** An answer is waited for so long, and a handshake too. */
  readonly timeoutMs: number;
}

interface Hooks {
  onUp(link: Link): void;
  onDown(): void;
  /** The server does not want this token. */
  onRefused(failure: ChatFailure): void;
  /** What the server says by itself. */
  onTold(event: string, told: unknown): void;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/**
 * At most one link at a time, and another one when it ends. socket.io's own reconnection stays off: it knows one address only, and keeps packets for
 * later that its caller has long given up.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #hooks: Hooks;
  #place: number;
  #socket: Socket | undefined;
  #link: Link | undefined;
  #handshake: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Dials since somebody last answered. */
  #vain = 0;
  /** A dial that has been overtaken by `close` is not that of the present. */
  #turn = 0;
  #waiting = new Set<(link: Link | undefined) => void>();
  #isOpen = false;

  constructor(options: ConnectionOptions, hooks: Hooks) {
    this.#options = options;
    this.#hooks = hooks;
    this.#place = Math.floor(Math.random() * options.urls.length);
  }

  get link(): Link | undefined {
    return this.#link;
  }

  open(): void {
    this.#isOpen = true;
    void this.#dial();
  }

  /** Whoever waits for a link gets none. */
  close(): void {
    this.#isOpen = false;
    this.#end();
    this.#wake(undefined);
  }

  /** The link that is there, or the next one; undefined after so many milliseconds, and once it is closed. */
  async linkWithin(ms: number): Promise<Link | undefined> {
    if (this.#link?.isUp) return this.#link;
    if (!this.#isOpen) return undefined;
    return new Promise((resolve) => {
      const settle = (link: Link | undefined): void => {
        clearTimeout(timer);
        this.#waiting.delete(settle);
        resolve(link);
      };
      const timer = setTimeout(() => settle(undefined), ms);
      this.#waiting.add(settle);
    });
  }

  /** Nobody answers at its other end. */
  drop(link: Link): void {
    if (link === this.#link) this.#again();
  }

  async #dial(): Promise<void> {
    const turn = ++this.#turn;
    const { urls, timeoutMs } = this.#options;
    const token = await Promise.resolve().then(this.#options.token).catch(() => undefined);
    if (turn !== this.#turn) return;
    if (token === undefined) return this.#again();
    const url = urls[this.#place % urls.length];
    this.#place += 1;
    const socket = io(url ?? '', { transports: ['websocket'], forceNew: true, reconnection: false, timeout: timeoutMs, auth: { token } });
    this.#socket = socket;
    // It may have been accepted by a process that is frozen: then nothing comes, not even an error.
    this.#handshake = setTimeout(() => this.#again(), timeoutMs);
    socket.on('connect', () => this.#up(socket));
    socket.on('disconnect', () => this.#again());
    socket.on('connect_error', (error: Error & { readonly data?: ChatFailure }) => {
      const { data } = error;
      if (data && data.retryAfterMs === undefined && !leavesOpen(data)) this.#refused(data);
      else this.#again(data?.retryAfterMs);
    });
    socket.onAny((event: string, told: unknown) => this.#hooks.onTold(event, told));
  }

  #up(socket: Socket): void {
    clearTimeout(this.#handshake);
    const link = new Link(socket, this.#options.timeoutMs, () => {
      this.#vain = 0;
    });
    this.#link = link;
    this.#hooks.onUp(link);
    this.#wake(link);
  }

  #refused(failure: ChatFailure): void {
    this.close();
    this.#hooks.onRefused(failure);
  }

  /** At the next node, after a moment: who loses a node loses it together with thousands, and the others shall not fall under them. */
  #again(afterMs = 0): void {
    const wasUp = this.#link !== undefined;
    this.#end();
    const longest = Math.min(FIRST_RETRY_MS * 2 ** this.#vain, LONGEST_RETRY_MS);
    this.#vain += 1;
    this.#retry = setTimeout(() => void this.#dial(), afterMs + spread(0, longest));
    if (wasUp) this.#hooks.onDown();
  }

  #end(): void {
    this.#turn += 1;
    clearTimeout(this.#handshake);
    clearTimeout(this.#retry);
    this.#link = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.off();
    socket?.offAny();
    socket?.disconnect();
  }

  #wake(link: Link | undefined): void {
    for (const settle of this.#waiting) settle(link);
  }
}
