import { Ending } from '@madang/service-kit';
import { Injectable } from '@nestjs/common';
import type { FeedItem } from '../../feed/feed';
import { FeedStream } from './feed-stream';

/** From the first item of a batch to its leaving, in milliseconds: half of what the page is promised, since timers come late. */
const BATCH_MS = 25;
/** Of a batch; what comes beyond it in that time is only counted. */
const MOST_ITEMS = 1_000;

/** Gives everything that happens to every page that looks. Nobody looks: nothing is kept. */
@Injectable()
export class FeedHub {
  private readonly streams = new Set<FeedStream>();
  /** Serialised once, for all pages. */
  private pending: string[] = [];
  private missed = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly onLook = new Set<() => void>();

  constructor(private readonly ending: Ending) {
    ending.signal.addEventListener('abort', () => {
      for (const stream of this.streams) stream.end();
    });
  }

  /** Whether somebody looks: what costs something is only watched then. */
  get isWatched(): boolean {
    return this.streams.size > 0;
  }

  publish(item: FeedItem): void {
    if (this.streams.size === 0) return;
    if (this.pending.length >= MOST_ITEMS) this.missed++;
    else this.pending.push(JSON.stringify(item));
    this.timer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  /** Called when a page has come: whoever watches something tells how it stands. */
  whenSomebodyComes(tell: () => void): void {
    this.onLook.add(tell);
  }

  open(): FeedStream {
    const stream = new FeedStream(() => this.streams.delete(stream));
    this.streams.add(stream);
    for (const tell of this.onLook) tell();
    if (this.ending.signal.aborted) stream.end(); // the page comes again, to the next process
    return stream;
  }

  private flush(): void {
    this.timer = undefined;
    const [items, missed] = [this.pending, this.missed];
    [this.pending, this.missed] = [[], 0];
    const body = items.join(',');
    for (const stream of this.streams) stream.write(body, items.length, missed);
  }
}
