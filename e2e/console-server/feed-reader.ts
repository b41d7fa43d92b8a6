import type { FeedItem } from '../../apps/console/feed/feed.ts';

/** An item, and when it was here. */
export type Received = FeedItem & { readonly receivedAt: number };

/** Reads the console's feed as its page does. */
export class FeedReader {
  readonly items: Received[] = [];
  readonly #stop = new AbortController();

  /** @throws unless the console lets it in */
  static async open(url: string, token: string): Promise<FeedReader> {
    const reader = new FeedReader();
    const response = await fetch(`${url}/api/feed`, { headers: { authorization: `Bearer ${token}` }, signal: reader.#stop.signal });
    if (!response.ok || response.body === null) throw new Error(`the feed answers ${response.status}`);
    void reader.#read(response.body);
    return reader;
  }

  of<K extends FeedItem['kind']>(kind: K): Extract<Received, { kind: K }>[] {
    return this.items.filter((item): item is Extract<Received, { kind: K }> => item.kind === kind);
  }

  close(): void {
    this.#stop.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const part of body) {
        text += decoder.decode(part, { stream: true });
        const events = text.split('\n\n');
        text = events.pop() ?? '';
        const receivedAt = Date.now();
        for (const event of events) {
          const data = /^data: (.*)$/m.exec(event)?.[1];
          if (data !== undefined) for (const item of JSON.parse(data) as FeedItem[]) this.items.push({ ...item, receivedAt });
        }
      }
    } catch {
      // It was closed, here or there.
    }
  }
}
