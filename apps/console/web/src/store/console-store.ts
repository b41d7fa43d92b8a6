import type { FeedItem } from '../../../feed/feed';
import type { FeedState } from '../feed/feed-connection';
import { reduce } from './reduce';
import { type ConsoleState, EMPTY } from './state';

/** At once, to the eye, while little comes; what must be smoother than seven times a second when much comes listens to the items, and draws them itself. */
const TELL_EVERY_MS = { quiet: 50, busy: 150 } as const;
/** Items since React was last told, beyond which nobody reads one by one. */
const BUSY = 10;

/** The state beside React: it is told when there is something new, at a rate that does not depend on the feed's. */
export class ConsoleStore {
  #state: ConsoleState = EMPTY;
  #feed: FeedState = 'connecting';
  #build: string | null = null;
  #isOutdated = false;
  readonly #listeners = new Set<() => void>();
  readonly #itemListeners = new Set<(items: readonly FeedItem[]) => void>();
  #told: ReturnType<typeof setTimeout> | undefined;
  #untold = 0;
  #pace: keyof typeof TELL_EVERY_MS = 'quiet';

  get state(): ConsoleState {
    return this.#state;
  }

  get feed(): FeedState {
    return this.#feed;
  }

  /** Another build of the page is served than the one that this tab has loaded: it may ask for what is not there any more. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  /** The first one that is told is this tab's own. */
  heardOfBuild(build: string | null): void {
    this.#build ??= build;
    this.#isOutdated = build !== null && build !== this.#build;
  }

  take(items: readonly FeedItem[]): void {
    this.#state = reduce(this.#state, items);
    for (const listener of this.#itemListeners) listener(items);
    this.#untold += items.length;
    this.#told ??= setTimeout(() => this.#tell(), TELL_EVERY_MS[this.#pace]);
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
    this.#pace = this.#untold > BUSY ? 'busy' : 'quiet';
    this.#untold = 0;
    this.#told = undefined;
    for (const listener of this.#listeners) listener();
  }
}
