import type { FeedItem } from '../../../feed/feed';
import type { FeedState } from '../feed/feed-connection';
import { reduce } from './reduce';
import { type ConsoleState, EMPTY } from './state';

/** Ten times a second is as often as anybody reads; what must be smoother listens to the items, and draws them itself. */
const TELL_EVERY_MS = 100;

/** The state beside React: it is told when there is something new, at a rate that does not depend on the feed's. */
export class ConsoleStore {
  #state: ConsoleState = EMPTY;
  #feed: FeedState = 'connecting';
  readonly #listeners = new Set<() => void>();
  readonly #itemListeners = new Set<(items: readonly FeedItem[]) => void>();
  #told: ReturnType<typeof setTimeout> | undefined;

  get state(): ConsoleState {
    return this.#state;
  }

  get feed(): FeedState {
    return this.#feed;
  }

  take(items: readonly FeedItem[]): void {
    this.#state = reduce(this.#state, items);
    for (const listener of this.#itemListeners) listener(items);
    this.#told ??= setTimeout(() => this.#tell(), TELL_EVERY_MS);
  }

  turn(feed: FeedState): void {
    this.#feed = feed;
    this.#tell();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Every batch, at once, on the way into the state: for what is drawn without React. */
  readonly onItems = (listener: (items: readonly FeedItem[]) => void): (() => void) => {
    this.#itemListeners.add(listener);
    return () => this.#itemListeners.delete(listener);
  };

  #tell(): void {
    clearTimeout(this.#told);
    this.#told = undefined;
    for (const listener of this.#listeners) listener();
  }
}
