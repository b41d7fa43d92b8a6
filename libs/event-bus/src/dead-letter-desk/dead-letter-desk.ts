import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import type { KafkaRecord, OutgoingRecord } from '../kafka-record';
import { NoSuchPartitionError } from '../kafkajs/partitioner';
import type { RecordProducer } from '../record-producer';
import { type AuditAction, auditTopic, readAuditEntry, type RecordedAuditEntry, toAuditRecord } from './audit-entry';
import type { DeadLetter, LetterFilter, LetterState, LetterStatus } from './dead-letter';
import { discardedLetters, replayedLetters } from './dead-letter.metrics';
import { alreadySettled, earlierLettersOpen, type DeskRefusedError, letterNotFound, letterTooLarge, letterTooOld, notReplayable, partitionGone } from './desk-errors';
import { inTime } from './in-time';
import { type ShownRecord, showRecord } from './inspect-letter';
import type { LetterPosition } from './letter-index';
import { LetterLog } from './letter-log';
import { readLetter, toReplay } from './read-letter';
import { replayInBulk, type ReplayReport } from './replay-in-bulk';
import { isTooLarge } from '../too-large';
import { TopicReader } from '../topic-reader';
import { Turns } from './turns';

/** About 1 KB each. */
const MAX_INDEXED_LETTERS = 50_000;

/**
 * `replayDays` of `@madang/outbox`, whose inboxes remember for 30 days. The replay of a letter is a duplicate if the event was
 * published again by other means, or was replayed by somebody who was killed before the trail said so. At worst that took
 * effect 23 days before the letter died: published again from a partition on its 9th day, it lay in a quiet topic for 14. So 7
 * are left; where the effect came after the death, which is usual, the margin is 23 days.
 */
const MAX_AGE_DAYS = 7;
const DAY_MS = 86_400_000;

export interface DeadLetterDeskOptions {
  readonly kafka: Kafka;
  readonly producer: RecordProducer;
  /** How many letters the index holds, 50,000 unless stated; what is beyond waits in its topic until older ones are settled. */
  readonly capacity?: number;
  /**
   * Letters that died longer ago are replayed only if that is said: 7 days unless stated. No more than the consumers' inboxes
   * remember, less the days that may lie between two copies of one event.
   */
  readonly maxAgeDays?: number;
  /** The time in ms, `Date.now` unless stated. */
  readonly now?: () => number;
}

export interface ReplayOptions {
  /** Also letters that died so long ago that the inbox may have forgotten an earlier effect of theirs. */
  readonly evenIfOld?: boolean | undefined;
}

export interface LetterQuery extends LetterFilter {
  readonly state: LetterState;
  readonly limit: number;
  readonly after?: LetterPosition | undefined;
}

export interface InspectedLetter extends LetterStatus, ShownRecord {
  /** Its earlier lives, the latest first. */
  readonly earlier: readonly string[];
  /** Its latest audit entries, the oldest first. */
  readonly audit: readonly RecordedAuditEntry[];
}

/**
 * Lists, inspects, replays and discards dead letters. Its state are two logs: the dead-letter topics and the audit trail.
 * Nothing happens unaudited: that a replay was asked for is durable before the record is published again, and that it was
 * published is written after. A crash in between leaves the letter open and shown as requested; it may be replayed once more.
 *
 * Changes take turns within one desk, and what one of them sends keeps its turn until it has settled. Two desks may replay one
 * letter at the same moment: the trail shows both, and the consumer's inbox makes the second one harmless.
 *
 * @throws DeskRefusedError where a letter's state forbids what is asked for, DeskUnavailableError if Kafka does not answer
 */
export class DeadLetterDesk {
  private readonly reader: TopicReader;
  private readonly log: LetterLog;
  private readonly turns = new Turns();

  constructor(private readonly options: DeadLetterDeskOptions) {
    this.reader = new TopicReader(options.kafka);
    this.log = new LetterLog(options.kafka, this.reader, options.capacity ?? MAX_INDEXED_LETTERS);
  }

  /** Reads what the logs have gained; every call does so by itself, and metrics are as of the last time. */
  refresh(): Promise<void> {
    return inTime('reading the dead letters', this.log.refresh());
  }

  /** Letters in the order in which they died. */
  async list({ state, limit, after, ...filter }: LetterQuery): Promise<LetterStatus[]> {
    await this.refresh();
    return this.log.index.list(state, filter, limit, after);
  }

  /** How many records of the dead-letter topics are not in the lists, because the index is full. */
  get unindexedRecords(): number {
    return this.log.unindexedRecords;
  }

  async inspect(id: string): Promise<InspectedLetter> {
    await this.refresh();
    const status = this.find(id);
    const [record] = await inTime('reading the letter', this.recordsOf([status.letter]));
    if (!record) throw letterNotFound(id);
    const audit: RecordedAuditEntry[] = [];
    for (const offset of this.log.index.trailOf(id)) {
      audit.push(...(await inTime('reading the audit trail', this.entriesFrom(BigInt(offset), BigInt(offset) + 1n))));
    }
    return { ...status, ...showRecord(record), earlier: this.earlierLives(status.letter), audit };
  }

  /**
   * Publishes a letter's record again, for the group that had failed.
   *
   * @throws DeskRefusedError also if earlier letters of its key are open: they go first; and if it died too long ago
   */
  replay(id: string, by: string, options: ReplayOptions = {}): Promise<LetterStatus> {
    return this.turns.take(async () => {
      await this.refresh();
      const status = this.find(id);
      assertOpen(status);
      const earlier = this.log.index.earlierOpen(status.letter);
      if (earlier.length > 0) throw earlierLettersOpen(id, earlier.map((letter) => letter.id));
      const refusal = this.refusalOf(status.letter, options);
      if (refusal) throw refusal;
      await this.publish([status.letter], by, randomUUID());
      await this.refresh();
      return this.find(id);
    });
  }

  /** Replays what matches, in order a key, until it is done or a bound is reached; then ask again. What is too old holds its key back. */
  replayAll(filter: LetterFilter, by: string, options: ReplayOptions = {}): Promise<ReplayReport> {
    return this.turns.take(async () => {
      await this.refresh();
      const operation = randomUUID();
      const report = await replayInBulk(this.log.index.replayable(filter), {
        refusalOf: (letter) => this.refusalOf(letter, options),
        publish: (letters) => this.publish(letters, by, operation),
      });
      await this.refresh();
      return report;
    });
  }

  /** Settles a letter without a replay. Its record stays in its topic. */
  discard(id: string, by: string, reason: string): Promise<LetterStatus> {
    return this.turns.take(async () => {
      await this.refresh();
      const status = this.find(id);
      assertOpen(status);
      await inTime('writing the audit trail', this.turns.keepFor(this.audit('discarded', [status.letter], by, randomUUID(), reason)));
      discardedLetters.inc({ topic: status.letter.topic, group: status.letter.group });
      await this.refresh();
      return this.find(id);
    });
  }

  /** The audit trail of all letters, the latest entries first. @param before offset of the last entry of the page before */
  async auditTrail(limit: number, before?: string): Promise<RecordedAuditEntry[]> {
    await this.refresh();
    const [trail] = await inTime('reading the audit trail', this.reader.bounds((topic) => topic === auditTopic.name));
    const end = before === undefined ? (trail?.high ?? 0n) : min(BigInt(before), trail?.high ?? 0n);
    const low = trail?.low ?? 0n;
    const start = end - BigInt(limit) > low ? end - BigInt(limit) : low;
    return (await inTime('reading the audit trail', this.entriesFrom(start, end))).reverse();
  }

  async close(): Promise<void> {
    await this.reader.close();
  }

  private find(id: string): LetterStatus {
    const status = this.log.index.find(id);
    if (!status) throw letterNotFound(id);
    return status;
  }

  private earlierLives({ replayOf }: DeadLetter): string[] {
    const lives: string[] = [];
    // A forged chain may be a ring.
    for (let id = replayOf; id !== null && !lives.includes(id); id = this.log.index.find(id)?.letter.replayOf ?? null) lives.push(id);
    return lives;
  }

  /** What speaks against a replay of the letter, before Kafka is asked. */
  private refusalOf(letter: DeadLetter, { evenIfOld = false }: ReplayOptions): DeskRefusedError | undefined {
    const { now = Date.now, maxAgeDays = MAX_AGE_DAYS } = this.options;
    if (!letter.originKnown) return notReplayable(letter.id);
    const isOld = now() - Date.parse(letter.firstDeadAt) > maxAgeDays * DAY_MS;
    return isOld && !evenIfOld ? letterTooOld(letter, maxAgeDays) : undefined;
  }

  /** Audited before and after. Killed in between, it leaves the letters open and requested. */
  private async publish(letters: readonly DeadLetter[], by: string, operation: string): Promise<void> {
    const records = await inTime('reading the letters', this.recordsOf(letters));
    const replays = letters.map((letter, index) => {
      const record = records[index];
      if (!record) throw letterNotFound(letter.id);
      return toReplay(letter, record);
    });
    await inTime('publishing again', this.turns.keepFor(this.carryOut(letters, replays, by, operation)));
  }

  /** Goes on also when nobody waits for it any more: what it has published is audited as that, and then comes the next change. */
  private async carryOut(letters: readonly DeadLetter[], replays: readonly OutgoingRecord[], by: string, operation: string): Promise<void> {
    await this.audit('replay-requested', letters, by, operation);
    try {
      await this.options.producer.send(replays);
    } catch (error) {
      if (error instanceof NoSuchPartitionError) throw partitionGone(letters[0]?.id ?? '', error.message);
      const [largest] = letters.toSorted((a, b) => b.size - a.size);
      if (isTooLarge(error) && largest) throw letterTooLarge(largest);
      throw error;
    }
    await this.audit('replayed', letters, by, operation);
    for (const { topic, group } of letters) replayedLetters.inc({ topic, group });
  }

  private audit(action: AuditAction, letters: readonly DeadLetter[], by: string, operation: string, reason: string | null = null): Promise<void> {
    const at = new Date().toISOString();
    return this.options.producer.send(letters.map(({ id }) => toAuditRecord({ letter: id, action, by, at, operation, reason })));
  }

  /** The records of the letters, in their order; undefined where the place holds another one now. */
  private async recordsOf(letters: readonly DeadLetter[]): Promise<(KafkaRecord | undefined)[]> {
    const nameOf = (topic: string, partition: number, offset: string): string => `${topic}/${partition}@${offset}`;
    const wanted = new Set(letters.map(({ place }) => nameOf(place.topic, place.partition, place.offset)));
    const found = new Map<string, KafkaRecord>();
    for (const { place } of letters) {
      if (found.has(nameOf(place.topic, place.partition, place.offset))) continue;
      const { records } = await this.reader.read(place.topic, place.partition, BigInt(place.offset));
      for (const record of records) {
        const name = nameOf(record.topic, record.partition, record.offset);
        if (wanted.has(name)) found.set(name, record);
      }
    }
    return letters.map(({ id, place }) => {
      const record = found.get(nameOf(place.topic, place.partition, place.offset));
      return record && readLetter(record).id === id ? record : undefined;
    });
  }

  private async entriesFrom(start: bigint, end: bigint): Promise<RecordedAuditEntry[]> {
    const entries: RecordedAuditEntry[] = [];
    for await (const record of this.reader.records({ topic: auditTopic.name, partition: 0, low: start, high: end })) {
      const entry = readAuditEntry(record);
      if (entry) entries.push(entry);
    }
    return entries;
  }
}

function assertOpen({ letter, state, settledAt }: LetterStatus): void {
  if (state !== 'open') throw alreadySettled(letter.id, state, settledAt);
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
