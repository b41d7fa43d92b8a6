import { Readable } from 'node:stream';
import type { MissedItem } from '../../feed/feed';

/** What a page has not read yet; beyond it items are counted, not kept. */
const MOST_UNREAD_BYTES = 1024 * 1024;
/** So that a page, and what stands between, knows that the stream lives. */
const BEAT_MS = 5_000;

/** One page's stream of server-sent events. It never holds up the others: a page that does not keep up is told how many items it has missed. */
export class FeedStream {
  readonly readable = new Readable({ read: () => undefined, highWaterMark: MOST_UNREAD_BYTES });
  private missed = 0;
  private readonly beat = setInterval(() => this.readable.push(': \n\n'), BEAT_MS).unref();

  constructor(onClose: () => void) {
    this.readable.once('close', () => {
      clearInterval(this.beat);
      onClose();
    });
    this.readable.push(': the feed\n\n');
  }

  /** @param items as JSON, separated by commas */
  write(items: string, count: number, missed: number): void {
    this.missed += missed;
    if (this.readable.readableLength + items.length > MOST_UNREAD_BYTES) {
      this.missed += count;
      return;
    }
    const told: MissedItem | undefined = this.missed > 0 ? { kind: 'missed', count: this.missed } : undefined;
    this.missed = 0;
    this.readable.push(`event: batch\ndata: [${[...(told ? [JSON.stringify(told)] : []), ...(count > 0 ? [items] : [])].join(',')}]\n\n`);
  }

  end(): void {
    this.readable.push(null);
    this.readable.destroy();
  }
}
