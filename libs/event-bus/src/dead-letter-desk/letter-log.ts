import { Logger } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { DEAD_LETTER_SUFFIX } from '../dead-letters';
import type { KafkaRecord } from '../kafka-record';
import { type RetryPolicy, withRetry } from '../retry';
import { ensureTopics } from '../topics';
import { auditTopic, readAuditEntry } from './audit-entry';
import { openLetters, unindexedLetters } from './dead-letter.metrics';
import { LetterIndex } from './letter-index';
import { deadLetterTopicOf, readLetter } from './read-letter';
import type { PartitionBounds, TopicReader } from '../topic-reader';

/** A connection that broke since the last call shows now: once more, with a new one. */
const RECONNECT: RetryPolicy = { attempts: 2, initialDelayMs: 50, maxDelayMs: 500 };
const RECONNECT_MS = 4_000;

/** Keeps the index in step with the dead-letter topics and the audit trail, by reading what has been added since. */
export class LetterLog {
  readonly index: LetterIndex;
  private readonly logger = new Logger('DeadLetterDesk');
  /** The next offset of each partition, by `topic/partition`. */
  private readonly next = new Map<string, bigint>();
  /** The topics that there were at the last reading. */
  private topics: ReadonlySet<string> = new Set();
  /** Whether entries were passed over, or forgotten, because the topic of their letter is not there. */
  private trailHasGaps = false;
  private auditMade = false;
  private running: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;
  private unindexed = 0;

  constructor(
    private readonly kafka: Kafka,
    private readonly reader: TopicReader,
    capacity: number,
  ) {
    this.index = new LetterIndex(capacity);
  }

  /** Resolves when the index knows everything that was durable when this was called. Calls that wait share one reading. */
  refresh(): Promise<void> {
    if (this.waiting) return this.waiting;
    const turn = this.running.then(() => {
      this.waiting = undefined;
      return this.catchUp();
    });
    this.waiting = turn;
    this.running = turn.catch(() => undefined);
    return turn;
  }

  /** Records of dead-letter topics that the index had no room for. */
  get unindexedRecords(): number {
    return this.unindexed;
  }

  private async catchUp(): Promise<void> {
    const attempt = (): Promise<void> =>
      this.readOn().catch(async (error: unknown) => {
        await this.reader.close();
        throw error;
      });
    await withRetry(attempt, RECONNECT, AbortSignal.timeout(RECONNECT_MS), () => undefined);
  }

  private async readOn(): Promise<void> {
    if (!this.auditMade) await ensureTopics(this.kafka, [auditTopic]);
    this.auditMade = true;
    const bounds = await this.reader.bounds((topic) => topic === auditTopic.name || topic.endsWith(DEAD_LETTER_SUFFIX));
    this.topics = new Set(bounds.map(({ topic }) => topic));
    this.forgetGoneTopics(bounds);
    this.closeGaps(bounds);
    const [audit, letters] = [bounds.filter(isAudit), bounds.filter((one) => !isAudit(one))];
    // First the states: an open letter takes the index's room, a settled one may go without.
    for (const partition of audit) await this.readTo(partition, (record) => this.takeEntry(record));
    for (const partition of letters) await this.readTo(partition, (record) => this.takeLetter(record));
    this.unindexed = letters.reduce((sum, partition) => sum + Number(partition.high - this.positionIn(partition)), 0);
    this.observe();
  }

  /** @param take false ends the reading before this record */
  private async readTo(bounds: PartitionBounds, take: (record: KafkaRecord) => boolean): Promise<void> {
    const { topic, partition, low, high } = bounds;
    const place = `${topic}/${partition}`;
    if (low > this.positionIn(bounds) || high < this.positionIn(bounds)) this.noticeLoss(bounds);
    this.next.set(place, this.positionIn(bounds));
    for (let position = this.positionIn(bounds); position < high; ) {
      const { records, next } = await this.reader.read(topic, partition, position);
      for (const record of records) {
        if (!take(record)) return;
        this.next.set(place, BigInt(record.offset) + 1n);
      }
      position = next;
      this.next.set(place, position);
    }
  }

  /** Records before the next one were deleted, or the whole topic was made anew. */
  private noticeLoss(bounds: PartitionBounds): void {
    const { topic, partition, low, high } = bounds;
    const isNew = high < this.positionIn(bounds);
    if (isAudit(bounds)) {
      this.logger.error(`${topic} has lost its beginning, up to @${low}: letters that were settled there are shown as open`);
    } else {
      this.forget((place) => place.topic === topic && place.partition === partition && (isNew || BigInt(place.offset) < low));
    }
    this.next.set(`${topic}/${partition}`, low);
  }

  private forgetGoneTopics(bounds: readonly PartitionBounds[]): void {
    const here = new Set(bounds.map(({ topic, partition }) => `${topic}/${partition}`));
    const gone = [...this.next.keys()].filter((place) => !here.has(place));
    for (const place of gone) this.next.delete(place);
    if (gone.length === 0) return;
    this.forget(({ topic, partition }) => gone.includes(`${topic}/${partition}`));
    this.index.forgetFates((id) => !this.topics.has(deadLetterTopicOf(id)));
    this.trailHasGaps = true;
  }

  /** Fates are kept for letters of topics that are there. One that is new, or is there again, may hold letters that were settled. */
  private closeGaps(bounds: readonly PartitionBounds[]): void {
    const isNew = bounds.some(({ topic, partition }) => topic !== auditTopic.name && !this.next.has(`${topic}/${partition}`));
    if (!isNew || !this.trailHasGaps) return;
    this.next.delete(`${auditTopic.name}/0`);
    this.trailHasGaps = false;
  }

  private forget(isGone: Parameters<LetterIndex['forget']>[0]): void {
    const unsettled = this.index.forget(isGone);
    if (unsettled.length === 0) return;
    this.logger.error(`${unsettled.length} open dead letters were deleted from Kafka before anybody had settled them, the first: ${unsettled[0]}`);
  }

  private takeEntry(record: KafkaRecord): boolean {
    const entry = readAuditEntry(record);
    if (entry && this.topics.has(deadLetterTopicOf(entry.letter))) this.index.record(entry);
    else if (entry) this.trailHasGaps = true;
    else this.logger.error(`${record.topic}@${record.offset} is no audit entry and counts for nothing: somebody else writes to this topic`);
    return true;
  }

  private takeLetter(record: KafkaRecord): boolean {
    if (!this.index.hasRoom()) return false;
    this.index.add(readLetter(record));
    return true;
  }

  private positionIn({ topic, partition }: PartitionBounds): bigint {
    return this.next.get(`${topic}/${partition}`) ?? 0n;
  }

  private observe(): void {
    unindexedLetters.set(this.unindexed);
    if (this.unindexed > 0) this.logger.warn(`${this.unindexed} records of dead-letter topics wait until older letters are replayed or discarded`);
    openLetters.reset();
    for (const { count, ...labels } of this.index.countOpen()) openLetters.set(labels, count);
  }
}

function isAudit({ topic }: PartitionBounds): boolean {
  return topic === auditTopic.name;
}
