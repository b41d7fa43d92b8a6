import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Admin, AssignerProtocol, Kafka } from 'kafkajs';
import type { ConsumerLagItem } from '../../feed/feed';
import { FeedHub } from '../feed/feed-hub';
import { EndHistory } from './end-history';
import { TopicWatch } from './topic-watch.service';

const LOOK_MS = 1_000;
/** Who has which topic changes seldom. */
const GROUPS_MS = 5_000;

/** How far the consumer groups are behind, by what the broker knows of them. */
@Injectable()
export class ConsumerLag implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly admin: Admin;
  private readonly ends = new EndHistory();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private connected = false;
  private groupsAt = 0;
  private groups: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(
    kafka: Kafka,
    private readonly topics: TopicWatch,
    private readonly hub: FeedHub,
  ) {
    this.admin = kafka.admin();
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.look(), LOOK_MS);
    this.hub.whenSomebodyComes(() => void this.look());
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    if (this.connected) await this.admin.disconnect();
  }

  /** Topics of each group, as its members have them. @throws what keeps the broker from answering */
  async subscriptions(): Promise<ReadonlyMap<string, readonly string[]>> {
    await this.connect();
    if (Date.now() - this.groupsAt < GROUPS_MS) return this.groups;
    const { groups } = await this.admin.listGroups();
    const { groups: described } = await this.admin.describeGroups(groups.map(({ groupId }) => groupId));
    const found = new Map<string, readonly string[]>();
    for (const { groupId, members } of described) {
      const topics = members.flatMap(({ memberAssignment }) => Object.keys(AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {}));
      // A group without members for a moment still has its topics.
      found.set(groupId, topics.length > 0 ? [...new Set(topics)] : (this.groups.get(groupId) ?? []));
    }
    [this.groups, this.groupsAt] = [found, Date.now()];
    return found;
  }

  private async look(): Promise<void> {
    const now = Date.now();
    const ends = this.topics.ends();
    this.ends.add(now, ends); // always: for how long somebody is behind is known by what was there before
    if (!this.hub.isWatched || this.looking) return;
    this.looking = true;
    try {
      for (const [groupId, topics] of await this.subscriptions()) {
        if (topics.length === 0) continue;
        const offsets = await this.admin.fetchOffsets({ groupId, topics: [...topics] });
        for (const { topic, partitions } of offsets) this.hub.publish(this.lagOf(groupId, topic, partitions, ends, now));
      }
    } catch {
      this.groupsAt = 0; // Kafka is away for a moment: what was told stays
    } finally {
      this.looking = false;
    }
  }

  private lagOf(group: string, topic: string, partitions: readonly { partition: number; offset: string }[], ends: ReturnType<TopicWatch['ends']>, now: number): ConsumerLagItem {
    let messages = 0;
    let seconds: number | null = 0;
    for (const { partition, offset } of partitions) {
      const end = ends.find((each) => each.topic === topic && each.partition === partition)?.end;
      const next = BigInt(offset); // -1: nothing was committed yet
      const behind = end === undefined ? 0n : end - (next < 0n ? 0n : next);
      if (behind <= 0n) continue;
      messages += Number(behind);
      const since = this.ends.passedAt(topic, partition, next < 0n ? 0n : next);
      seconds = seconds === null || since === null ? null : Math.max(seconds, (now - since) / 1_000);
    }
    return { kind: 'consumer-lag', at: now, group, topic, messages, seconds };
  }

  private async connect(): Promise<void> {
    if (this.connected) return;
    await this.admin.connect();
    this.connected = true;
  }
}
