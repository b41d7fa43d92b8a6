import { TopicReader, TopicTail } from '@madang/event-bus';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Kafka } from 'kafkajs';
import type { TopicSummary } from '../../feed/api';
import { FeedHub } from '../feed/feed-hub';
import { TraceStore } from '../traces/trace-store';
import { LagWatch } from '../replicas/lag-watch.service';
import { parseLsn } from './row-added';
import { RecordStore } from './record-store';
import { roleOf } from './topic-role';
import { toRecordItem, toStoredRecord } from './to-stored-record';

/** Reads what passes on the platform's topics, without being one of their consumers. */
@Injectable()
export class TopicWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(TopicWatch.name);
  private readonly reader: TopicReader;
  private readonly tail: TopicTail;

  constructor(kafka: Kafka, store: RecordStore, traces: TraceStore, replicas: LagWatch, hub: FeedHub) {
    this.reader = new TopicReader(kafka);
    this.tail = new TopicTail({
      kafka,
      accepts: (topic) => roleOf(topic) !== undefined,
      onRecords: (records) => {
        const seenAt = Date.now();
        for (const each of records) {
          const role = roleOf(each.topic);
          if (role === undefined) continue;
          const { record, row } = toStoredRecord(each, role, seenAt);
          const kept = store.add(record);
          traces.addRecord(kept, row);
          hub.publish(toRecordItem(kept));
          if (row?.lsn) replicas.follow(parseLsn(row.lsn), row.committedAt);
        }
      },
      onFault: (error) => this.logger.warn(`Kafka does not answer, and is asked again: ${String(error)}`),
    });
  }

  onApplicationBootstrap(): void {
    this.tail.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.tail.close(), this.reader.close()]);
  }

  ends(): ReturnType<TopicTail['ends']> {
    return this.tail.ends();
  }

  /** All topics of the broker, Kafka's own too. @throws what keeps the broker from answering */
  async topics(): Promise<TopicSummary[]> {
    try {
      const bounds = await this.reader.bounds(() => true);
      return [...Map.groupBy(bounds, ({ topic }) => topic)]
        .map(([name, of]) => ({ name, partitions: of.length, messages: of.reduce((sum, { low, high }) => sum + Number(high - low), 0), role: roleOf(name) ?? ('internal' as const) }))
        .sort((a, b) => a.name.localeCompare(b.name));
    } catch (error) {
      await this.reader.close();
      throw error;
    }
  }
}
