import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { CONSOLE_CONFIG, type ConsoleConfig } from '../console.config';
import { FeedHub } from '../feed/feed-hub';
import { untraced } from '../traces/untraced';

/** An admission is on the page within a quarter of a second of it. */
const LOOK_MS = 150;
/** Told without a change too: a page that does not keep up may have missed it. */
const AGAIN_MS = 2_000;
const TIMEOUT_MS = 1_000;
/** The one that there always is. */
const ROOM = 'event-product';

const Room = z.object({ room: z.string(), waiting: z.number(), admitted: z.number(), limit: z.number(), intervalMs: z.number(), mode: z.string() });

/** Of the log of admissions; times in microseconds. */
const Admissions = z.object({ items: z.array(z.object({ seq: z.number(), admittedAt: z.number() })) });

/** Looks at the waiting room while somebody looks at it, by what the queue tells everybody. */
@Injectable()
export class RoomWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly queue: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private admitted: number | undefined;
  private told = '';
  private toldAt = 0;

  constructor(
    @Inject(CONSOLE_CONFIG) { LAB_SERVICE_URLS: services }: ConsoleConfig,
    private readonly hub: FeedHub,
  ) {
    this.queue = services.get('queue');
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.look(), LOOK_MS);
    this.hub.whenSomebodyComes(() => {
      this.told = '';
    });
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (!this.hub.isWatched || this.queue === undefined || this.looking) return;
    this.looking = true;
    try {
      const status = Room.parse(await this.ask(`/waiting-rooms/${ROOM}`));
      const { room, admitted } = status;
      this.tell(status);
      if (this.admitted !== admitted) await this.tellAdmissions(room, this.admitted ?? admitted);
      this.admitted = admitted;
    } catch {
      // The queue is away: the page sees that by its process.
    } finally {
      this.looking = false;
    }
  }

  private tell(status: z.output<typeof Room>): void {
    const [text, at] = [JSON.stringify(status), Date.now()];
    if (text === this.told && at - this.toldAt < AGAIN_MS) return;
    [this.told, this.toldAt] = [text, at];
    this.hub.publish({ kind: 'room', at, ...status });
  }

  private async tellAdmissions(room: string, after: number): Promise<void> {
    const { items } = Admissions.parse(await this.ask(`/waiting-rooms/${room}/admissions?after=${after}&limit=1000`));
    for (const { seq, admittedAt } of items) this.hub.publish({ kind: 'admission', room, admittedAt: admittedAt / 1_000, number: seq });
  }

  private async ask(path: string): Promise<unknown> {
    const response = await fetch(`${this.queue}${path}`, { headers: { traceparent: untraced() }, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`the queue answers ${response.status}`);
    return response.json();
  }
}
