import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { ProcessItem } from '../../feed/feed';
import { FeedHub } from '../feed/feed-hub';
import { type ProcessSummary, Runner } from './runner';

/** States are looked at this often, and the rest (which costs the runner half a second of measuring) every other second. Only while somebody looks. */
const STATES_MS = 150;
const STATUS_MS = 2_000;

/** Tells of every change of a process's state, and what it uses. */
@Injectable()
export class ProcessWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly known = new Map<string, ProcessItem>();
  private timers: NodeJS.Timeout[] = [];
  private lookingAtStates = false;
  private lookingAtStatus = false;

  constructor(
    private readonly runner: Runner,
    private readonly hub: FeedHub,
  ) {}

  onApplicationBootstrap(): void {
    this.timers = [setInterval(() => void this.lookAtStates(), STATES_MS), setInterval(() => void this.lookAtStatus(), STATUS_MS)];
    this.hub.whenSomebodyComes(() => {
      for (const item of this.known.values()) this.hub.publish(item);
      void this.lookAtStates();
      void this.lookAtStatus();
    });
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  private async lookAtStates(): Promise<void> {
    if (!this.hub.isWatched || this.lookingAtStates) return;
    this.lookingAtStates = true;
    try {
      for (const each of await this.runner.summary()) {
        const before = this.known.get(each.name);
        if (before?.state === each.state && before.pid === each.pid && before.restarts === each.restarts) continue;
        const same = before?.pid === each.pid ? before : undefined;
        this.tell(itemOf(each, same?.memoryBytes ?? null, same?.cpu ?? null));
      }
    } catch {
      // The runner is ending, or there is none: what it last said stays.
    } finally {
      this.lookingAtStates = false;
    }
  }

  private async lookAtStatus(): Promise<void> {
    if (!this.hub.isWatched || this.lookingAtStatus) return;
    this.lookingAtStatus = true;
    try {
      const found = await this.runner.status();
      for (const each of found) {
        const { state } = this.known.get(each.name) ?? each; // it may have changed while it was measured
        if (state === each.state) this.tell(itemOf(each, each.memoryBytes, each.cpuPercent));
      }
    } catch {
      // As above.
    } finally {
      this.lookingAtStatus = false;
    }
  }

  private tell(item: ProcessItem): void {
    this.known.set(item.name, item);
    this.hub.publish(item);
  }
}

function itemOf({ name, state, pid, restarts, page }: ProcessSummary, memoryBytes: number | null, cpu: number | null): ProcessItem {
  return { kind: 'process', at: Date.now(), name, state, pid, restarts, memoryBytes, cpu, page };
}
