import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { LagItem } from '../../feed/feed';
import { CONSOLE_CONFIG, type ConsoleConfig } from '../console.config';
import { FeedHub } from '../feed/feed-hub';
import { PositionHistory } from './position-history';
import { Server } from './standby';

const LOOK_MS = 500;
/** After a commit was seen the standbys are looked at this often, until they have it, and for so long at most. */
const CLOSE_LOOK_MS = 20;
const CLOSE_LOOKS = 25;

interface Watched {
  readonly server: Server;
  readonly history: PositionHistory;
  looking: Promise<void> | undefined;
}

/** Knows how far the standbys are, and were. */
@Injectable()
export class LagWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly primary: Server;
  private readonly standbys: readonly Watched[];
  private timer: NodeJS.Timeout | undefined;
  private closeTimer: NodeJS.Timeout | undefined;
  private closeLooks = 0;
  private awaited: { readonly lsn: bigint; readonly committedAt: number } | undefined;
  private written: bigint | undefined;

  constructor(
    @Inject(CONSOLE_CONFIG) { LAB_POSTGRES_URLS: urls }: ConsoleConfig,
    private readonly hub: FeedHub,
  ) {
    const servers = urls.map(({ name, url }) => new Server(name, url));
    const primary = servers.find(({ name }) => name === 'primary');
    if (!primary) throw new Error('LAB_POSTGRES_URLS names no "primary"');
    this.primary = primary;
    this.standbys = servers.filter((server) => server !== primary).map((server) => ({ server, history: new PositionHistory(), looking: undefined }));
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      if (this.hub.isWatched) void this.look(true);
    }, LOOK_MS);
    this.hub.whenSomebodyComes(() => void this.look(true));
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    clearTimeout(this.closeTimer);
    await Promise.all([this.primary, ...this.standbys.map(({ server }) => server)].map((server) => server.close()));
  }

  get names(): string[] {
    return this.standbys.map(({ server }) => server.name);
  }

  historyOf(name: string): PositionHistory | undefined {
    return this.standbys.find(({ server }) => server.name === name)?.history;
  }

  /** Where a standby is now; undefined if it is none, or does not say. */
  async placeOf(name: string): Promise<bigint | undefined> {
    const sample = await this.standbys.find(({ server }) => server.name === name)?.server.sample().catch(() => undefined);
    return sample?.replayed;
  }

  /** @throws where it is away, or unknown */
  async queryOn<Row extends object>(name: string, sql: string): Promise<Row[]> {
    const standby = this.standbys.find(({ server }) => server.name === name);
    if (!standby) throw new Error(`There is no standby ${name}`);
    return standby.server.query<Row>(sql);
  }

  /** A commit has come out of the log: when do the standbys have it? At many a second only some are asked for; the next look tells of the others. */
  follow(lsn: bigint, committedAt: number): void {
    if (this.awaited === undefined || lsn > this.awaited.lsn) this.awaited = { lsn, committedAt };
    this.closeLooks = CLOSE_LOOKS;
    this.closeTimer ??= setTimeout(() => void this.lookClosely(), 0);
  }

  /** Asks all of them now. */
  async look(tell = false): Promise<void> {
    // Settled at once: one that fails while the primary is still asked would be nobody's, and end the process.
    const looks = Promise.allSettled(this.standbys.map((standby) => this.lookAt(standby)));
    try {
      this.written = await this.primary.written();
      for (const { history } of this.standbys) history.addWritten(Date.now(), this.written);
    } catch {
      this.written = undefined;
    }
    const outcomes = await looks;
    if (tell) this.standbys.forEach((standby, index) => this.tell(standby, outcomes[index]?.status === 'fulfilled'));
  }

  private async lookClosely(): Promise<void> {
    await Promise.allSettled(this.standbys.map((standby) => this.lookAt(standby)));
    const { awaited } = this;
    const missing = awaited && this.standbys.some(({ history }) => !history.firstWith(awaited.lsn, awaited.committedAt));
    const again = missing && --this.closeLooks > 0;
    if (!again) this.awaited = undefined;
    this.closeTimer = again ? setTimeout(() => void this.lookClosely(), CLOSE_LOOK_MS) : undefined;
  }

  private lookAt(standby: Watched): Promise<void> {
    standby.looking ??= standby.server
      .sample()
      .then((sample) => standby.history.addSample(sample))
      .finally(() => {
        standby.looking = undefined;
      });
    return standby.looking;
  }

  private tell({ server, history }: Watched, answered: boolean): void {
    const { latest } = history;
    const now = Date.now();
    const item: LagItem = {
      kind: 'lag',
      at: now,
      node: server.name,
      bytes: answered && latest && this.written !== undefined ? Number(this.written > latest.replayed ? this.written - latest.replayed : 0n) : null,
      ms: answered && latest ? history.lagMs(latest, now) : null,
      paused: latest?.paused ?? false,
      delayMs: latest?.delayMs ?? 0,
    };
    this.hub.publish(item);
  }
}
