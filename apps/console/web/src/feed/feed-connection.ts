import type { FeedItem } from '../../../feed/feed';
import { EventStreamParser } from './event-stream';

export type FeedState = 'connecting' | 'live' | 'lost' | 'refused';

export interface FeedListener {
  onItems(items: readonly FeedItem[]): void;
  onState(state: FeedState): void;
  /** Which build of the page is served, on every connection. */
  onBuild(build: string | null): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** The server says something every other second at least. */
const SILENCE_MS = 15_000;

/** Reads the feed by `fetch`, which can carry the token, and comes back until it is closed or refused. */
export class FeedConnection {
  readonly #url: string;
  readonly #token: string;
  readonly #listener: FeedListener;
  #current: AbortController | undefined;
  #closed = false;

  constructor(url: string, token: string, listener: FeedListener) {
    this.#url = url;
    this.#token = token;
    this.#listener = listener;
  }

  open(): void {
    void this.#run();
  }

  close(): void {
    this.#closed = true;
    this.#current?.abort();
  }

  async #run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    this.#listener.onState('connecting');
    while (!this.#closed) {
      const outcome = await this.#read();
      if (this.#closed) return;
      this.#listener.onState(outcome === 'refused' ? 'refused' : 'lost');
      if (outcome === 'refused') return;
      pauseMs = outcome === 'ended' ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.75 + Math.random() / 2)));
    }
  }

  async #read(): Promise<'refused' | 'failed' | 'ended'> {
    const current = new AbortController();
    this.#current = current;
    let silence = setTimeout(() => current.abort(), SILENCE_MS);
    let was: 'failed' | 'ended' = 'failed';
    try {
      const response = await fetch(this.#url, { headers: { authorization: `Bearer ${this.#token}`, accept: 'text/event-stream' }, signal: current.signal, cache: 'no-store' });
      if (response.status === 401 || response.status === 403) return 'refused';
      if (!response.ok || !response.body) return 'failed';
      this.#listener.onBuild(response.headers.get('x-page-build'));
      this.#listener.onState('live');
      was = 'ended';
      const parser = new EventStreamParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return was;
        clearTimeout(silence);
        silence = setTimeout(() => current.abort(), SILENCE_MS);
        const items = parser.push(value).filter(({ event }) => event === 'batch').flatMap(({ data }) => JSON.parse(data) as FeedItem[]);
        if (items.length > 0) this.#listener.onItems(items);
      }
    } catch {
      return was;
    } finally {
      clearTimeout(silence);
      current.abort();
    }
  }
}
