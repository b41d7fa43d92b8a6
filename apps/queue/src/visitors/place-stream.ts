import { ProblemError } from '@madang/service-kit';
import type { Place } from '@madang/waiting-room';
import { Readable } from 'node:stream';
import { placeView } from './place.contract';

/** A place so far in front changes with each admission; farther behind the heartbeat is soon enough. */
const NEAR = 100;
const AWAY_MS = 3_000;
/** Of what a client has not read: it is let go then. */
const MOST_UNREAD_BYTES = 16_384;

/** One open event stream: each event is a look at the place, which keeps it. */
export class PlaceStream {
  readonly readable = new Readable({ read: () => undefined, highWaterMark: MOST_UNREAD_BYTES });
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private ended = false;
  private sent = '';
  private position = 0;

  constructor(
    first: Place,
    private readonly look: () => Promise<Place>,
  ) {
    this.readable.once('close', () => {
      this.ended = true;
      clearTimeout(this.timer);
    });
    this.write('retry: 1000\n');
    this.tell(first);
  }

  /** Somebody was admitted. */
  async onAdvance(): Promise<void> {
    if (this.position <= NEAR) await this.update(false);
  }

  end(): void {
    clearTimeout(this.timer);
    if (this.ended) return;
    this.ended = true;
    this.readable.push(null);
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
  return place.status === 'waiting' ? String(place.position) : place.status;
}
