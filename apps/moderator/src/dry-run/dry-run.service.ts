import { type DomainEvent, type KafkaRecord, PoisonRecordError, readCloudEvent, TopicReader } from '@madang/event-bus';
import { catalogue, chatEvents, messageEdited, messagePosted, type MessageSpokenPayload } from '@madang/events';
import { ConflictProblem, UnavailableProblem } from '@madang/service-kit';
import type { Kafka } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Breath } from '../judging/breath';
import { Warnings } from '../judging/warnings';
import { RuleSet } from '../rules/rule-set';
import type { DryRun, DryRunReport, Stretch } from './dry-run.contract';

const MAX_SAMPLES = 20;
/** Of one answer; the topic may hold more than anybody waits for. */
const BUDGET_MS = 5_000;
/** For one answer of Kafka's: KafkaJS itself would go on for 25 s. */
const PATIENCE_MS = 5_000;

interface Position {
  readonly partition: number;
  from: bigint;
  readonly to: bigint;
}

type Report = Omit<DryRunReport, 'remaining'>;

/** Tries a rule on what was said: reads the topic once more, tells nobody, and keeps nothing. */
export class DryRunService {
  private running = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly budgetMs = BUDGET_MS,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /**
   * @throws ConflictProblem while another one runs: it takes the time of the messages that are said now
   * @throws UnavailableProblem if Kafka does not answer
   */
  async run(request: DryRun): Promise<DryRunReport> {
    if (this.running) throw new ConflictProblem('dry-run-running', { detail: 'Another dry run goes on: wait for its answer.' });
    this.running = true;
    const reader = new TopicReader(this.kafka);
    try {
      return await this.read(request, reader);
    } finally {
      this.running = false;
      void reader.close(); // with Kafka away it takes seconds, and never fails
    }
  }

  /** What is given up goes on by itself, and ends unheard. */
  private async soon<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const heard = new AbortController();
    const late = async (): Promise<never> => {
      await sleep(this.patienceMs, undefined, { signal: heard.signal });
      throw new UnavailableProblem('kafka-unavailable', { detail: 'Kafka does not answer. Try again shortly.', retryAfterSeconds: 5 });
    };
    try {
      return await Promise.race([answer, late()]);
    } finally {
      heard.abort();
    }
  }

  private async read({ rule, since, remaining }: DryRun, reader: TopicReader): Promise<DryRunReport> {
    const deadline = performance.now() + this.budgetMs;
    const trial = new Trial(new RuleSet({ version: 1, changedBy: '', changedAt: '', rules: [{ ...rule, mode: 'live', version: 1 }] }), since);
    const positions = await this.soon(this.positions(reader, since, remaining));
    const breath = new Breath();
    for (const position of positions) {
      while (position.from < position.to && performance.now() < deadline) {
        const { records, next } = await this.soon(reader.read(chatEvents.name, position.partition, position.from));
        position.from = next;
        for (const record of records.filter(({ offset }) => BigInt(offset) < position.to)) {
          if (performance.now() >= deadline) {
            position.from = BigInt(record.offset);
            break;
          }
          await trial.judge(record);
          await breath.take();
        }
      }
    }
    const left = positions.filter(({ from, to }) => from < to);
    return { ...trial.report, remaining: left.map(({ partition, from, to }) => ({ partition, from: String(from), to: String(to) })) };
  }

  /** What is there now: messages that come meanwhile are not waited for. */
  private async positions(reader: TopicReader, since: string | undefined, remaining: readonly Stretch[] | undefined): Promise<Position[]> {
    const bounds = await reader.bounds((topic) => topic === chatEvents.name);
    const wanted = remaining ?? (since === undefined ? undefined : await this.from(Date.parse(since)));
    return bounds.flatMap(({ partition, low, high }) => {
      const stretch = wanted ? wanted.find((each) => each.partition === partition) : { from: low, to: high };
      if (!stretch) return [];
      const [from, to] = [BigInt(stretch.from), BigInt(stretch.to)];
      return [{ partition, from: from > low ? from : low, to: to < high ? to : high }]; // retention may have taken the beginning
    });
  }

  /** A record is written after what it tells of happened: those of before `time` hold nothing from after it. */
  private async from(time: number): Promise<Stretch[]> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const offsets = await admin.fetchTopicOffsetsByTimestamp(chatEvents.name, time);
      return offsets.map(({ partition, offset }) => ({ partition, from: offset, to: String(Number.MAX_SAFE_INTEGER) }));
    } finally {
      await admin.disconnect();
    }
  }
}

/** One rule before history. */
class Trial {
  readonly report: Report = { messages: 0, hits: 0, said: 0, samples: [] };
  private readonly warnings = new Warnings();
  private readonly since: number;

  constructor(
    private readonly rules: RuleSet,
    since: string | undefined,
  ) {
    this.since = since === undefined ? -Infinity : Date.parse(since);
  }

  async judge(record: KafkaRecord): Promise<void> {
    const event = await spoken(record);
    if (!event || Date.parse(event.time) < this.since) return;
    this.report.messages += 1;
    const { roomId, messageId, seq, text } = event.payload;
    for (const { rule, spans } of this.rules.hits(text)) {
      this.report.hits += 1;
      if (this.warnings.decide({ roomId, messageId, rule, at: Date.parse(event.time) }) === 'said') this.report.said += 1;
      if (this.report.samples.length >= MAX_SAMPLES) continue;
      const { partition, offset } = record;
      this.report.samples.push({ messageId, roomId, seq, at: event.time, partition, offset, spans: spans.map(([start, end]) => [start, end]) });
    }
  }
}

/** Undefined for what nobody said, and for what is no event at all. */
async function spoken(record: KafkaRecord): Promise<DomainEvent<MessageSpokenPayload> | undefined> {
  try {
    const event = await readCloudEvent(record, catalogue);
    const isSpoken = event.type === messagePosted.type || event.type === messageEdited.type;
    return isSpoken ? (event as DomainEvent<MessageSpokenPayload>) : undefined;
  } catch (error) {
    if (error instanceof PoisonRecordError) return undefined;
    throw error;
  }
}
