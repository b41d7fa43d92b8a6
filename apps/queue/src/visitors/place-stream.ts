import { ProblemError } from '@madang/service-kit';
import type { Place } from '@madang/waiting-room';
import { Readable } from 'node:stream';
import { placeView } from './place.contract';

/** A place so far in front changes with each admission; farther behind the heartbeat is soon enough. */
const NEAR = 100;
const AWAY_MS = 3_000;
/** So long the end of a stream may stay unread. */
const UNREAD_MS = 5_000;
/** After the end of a stream; less where places are kept for shorter. */
const RETRY_MS = 1_000;
/** Of what a client has not read: it is let go then. */
const MOST_UNREAD_BYTES = 16_384;

/**
 * One open event stream: each event is a look at the place, which keeps it. Whether anybody is there to read cannot be seen from here, so it ends before half of
 * graceMs is over: browsers connect again by themselves, and who does not has left.
 */
export class PlaceStream {
  readonly readable = new Readable({ read: () => undefined, highWaterMark: MOST_UNREAD_BYTES });
  private timer: NodeJS.Timeout | undefined;
  private readonly life: NodeJS.Timeout;
  private looking = false;
  private ended = false;
  private sent = '';
  private position = 0;

  constructor(
    first: Place,
    private readonly look: () => Promise<Place>,
    graceMs: number,
  ) {
    this.life = setTimeout(() => this.end(), graceMs * between(0.35, 0.5)); // who came in one moment does not come back in one
    this.readable.once('close', () => {
      this.ended = true;
      clearTimeout(this.timer);
      clearTimeout(this.life);
    });
    this.write(`retry: ${Math.min(RETRY_MS, Math.round(graceMs / 10))}\n`);
    this.tell(first);
  }

  /** Somebody was admitted. */
  async onAdvance(): Promise<void> {
    if (this.position <= NEAR) await this.update(false);
  }

  end(): void {
    clearTimeout(this.timer);
    clearTimeout(this.life);
    if (this.ended) return;
    this.ended = true;
    this.readable.push(null);
    this.timer = setTimeout(() => this.readable.destroy(), UNREAD_MS).unref(); // who reads nothing does not come to the end
  }

  private async update(isHeartbeat: boolean): Promise<void> {
    if (this.looking || this.ended) return;
    this.looking = true;
    try {
      const place = await this.look();
      if (isHeartbeat || nameOf(place) !== this.sent) this.tell(place);
    } catch (error) {
      this.tellProblem(error);
    } finally {
      this.looking = false;
    }
  }

  private tell(place: Place): void {
    this.sent = nameOf(place);
    this.write(`data: ${JSON.stringify(placeView(place))}\n\n`);
    if (place.status === 'admitted') return this.end();
    this.position = place.position;
    this.lookAgain(place.pollAfterMs);
  }

  /** What passes is waited for; what does not ends the stream. */
  private tellProblem(error: unknown): void {
    const { status, code, message } = error instanceof ProblemError ? error : { status: 503, code: 'unavailable', message: 'Try again shortly.' };
    this.write(`event: problem\ndata: ${JSON.stringify({ status, code, detail: message })}\n\n`);
    if (status === 503) this.lookAgain(AWAY_MS);
    else this.end();
  }

  private lookAgain(ms: number): void {
    clearTimeout(this.timer);
    if (!this.ended) this.timer = setTimeout(() => void this.update(true), ms);
  }

  private write(text: string): void {
    if (!this.ended && !this.readable.push(text)) this.readable.destroy();
  }
}

function nameOf(place: Place): string {
  return place.status === 'waiting' ? `${place.phase} ${place.position}` : place.status;
}

function between(least: number, most: number): number {
  return least + Math.random() * (most - least);
}
