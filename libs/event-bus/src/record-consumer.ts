import { Logger } from '@nestjs/common';
import { setImmediate as othersTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { bounded } from './bounded';
import type { KafkaRecord } from './kafka-record';
import { RecordsLostError, RetentionGuard } from './retention-guard';
import { isTransientError } from './transient-error';

export interface RecordConsumerOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  /**
   * Gets the records of one partition in order, and resolves when every one of them has taken effect or is a dead letter:
   * their offsets are committed then. If it rejects, they are read again. The signal aborts when the partition is to be
   * given up (shutdown, rebalance): stop waiting then and reject.
   */
  readonly handle: (records: readonly KafkaRecord[], signal: AbortSignal) => Promise<void>;
  /** Called when the consumer cannot go on by itself: end the process, so that its supervisor starts a new one. */
  readonly onFatal: (error: Error) => void;
}

/**
 * A killed member's partitions wait this long for their next owner; a member that stalls longer than this loses them, and joins
 * again: what it had in hand is then delivered twice. A busy laptop stalls a process for a second, hardly for three.
 */
const SESSION_TIMEOUT_MS = 3_000;
/** Five may be late before the session ends. */
const HEARTBEAT_INTERVAL_MS = 500;
/** How long the others wait for a member that is in the middle of a batch when the group changes. */
const REBALANCE_TIMEOUT_MS = 30_000;
/** As long as a fetch and the heartbeat after it take, and more: two fetches so far apart, and no heartbeat between them, are nobody's. */
const FETCHES_ON_MS = 1_000;
/** Of a fetch, as KafkaJS has them of itself; then it gives up, and is run again. */
const RETRIES = 5;
/** New records end a fetch at once; this only bounds how long an idle one takes, and with it a shutdown. */
const MAX_WAIT_MS = 500;
/** No heartbeat of this member was answered for this long: not ready, and whoever reads all the same is no member any more. */
const SILENT_AFTER_MS = 2 * SESSION_TIMEOUT_MS;
const RUN_AGAIN_MS = 250;
/**
 * A fetch begins no sooner after the last one. Whoever comes alone waits for nobody; where records come one by one but fast, each would otherwise cost every hop a
 * fetch, a request and a commit of its own, and a busy machine has no time for that.
 */
const PACE_MS = 15;
/** As many together are worth their fetch. */
const WORTH_A_FETCH = 100;
/** Bounds a batch, and with it what one crash repeats. */
const MAX_BYTES_PER_PARTITION = 256 * 1024;

/** Reads topics in batches, in order a partition, at least once. */
export class RecordConsumer {
  private readonly logger = new Logger(RecordConsumer.name);
  private readonly consumer: Consumer;
  private readonly stopping = new AbortController();
  private readonly retention: RetentionGuard;
  private joined = false;
  private lastHeardAt = 0;
  private fetchedInSilenceAt: number | undefined;
  private lastFetchAt = 0;
  private committing: Promise<void> | undefined;
  /** The last run: begun, or about to. */
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: RecordConsumerOptions) {
    this.consumer = options.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTimeInMs: MAX_WAIT_MS,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      allowAutoTopicCreation: false,
      // KafkaJS' own restart is a timer that knows neither stop() nor a run that has begun meanwhile: two would read at once.
      retry: { retries: RETRIES, restartOnFailure: () => Promise.resolve(false) },
    });
    this.retention = new RetentionGuard(options.kafka, options.groupId);
    this.watch();
  }

  /** Rejects while the group has not given this member its partitions, or the broker does not answer. */
  async assertReady(): Promise<void> {
    const { groupId } = this.options;
    if (!this.joined) throw new Error(`Not in the consumer group ${groupId} yet`);
    if (this.silentMs > SILENT_AFTER_MS) throw new Error(`The broker has not answered group ${groupId} for ${Math.round(this.silentMs)} ms`);
  }

  private get silentMs(): number {
    return performance.now() - this.lastHeardAt;
  }

  async start(): Promise<void> {
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
    this.running = this.run();
    await this.running;
  }

  /**
   * Lets the effects in hand end, begins no more, and leaves the group. What is not committed then is delivered again to
   * whoever has the partition next.
   */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('The consumer is shutting down'));
    await bounded(this.disconnect());
  }

  private async disconnect(): Promise<void> {
    await this.running.catch(() => undefined); // KafkaJS does not break off a join (kafkajs#1639), and would be left a member
    await this.consumer.disconnect();
  }

  private run(): Promise<void> {
    return this.consumer.run({
      eachBatchAutoResolve: false,
      autoCommit: false, // it would commit each partition of a fetch by itself
      partitionsConsumedConcurrently: 4,
      eachBatch: (payload) => this.eachBatch(payload),
    });
  }

  /** If it runs already by then, KafkaJS leaves it at that. */
  private runAgainAfter(pause: Promise<void>): void {
    const before = this.running;
    const again = async (): Promise<void> => {
      await Promise.all([before, pause]);
      if (!this.stopping.signal.aborted) await this.run();
    };
    this.running = again().catch(this.options.onFatal);
  }

  /**
   * Who has lost its membership, and the next join with it, reads on as nobody: KafkaJS sends no heartbeat without a member's id (nor while the clock is set
   * back), and finds out at its next commit only. Its partitions are somebody else's by then, and it would never get others.
   */
  private joinAnew(): void {
    this.logger.warn(`Group ${this.options.groupId} has not heard from this member for ${Math.round(this.silentMs)} ms: joining anew`);
    this.joined = false;
    this.lastHeardAt = performance.now();
    this.fetchedInSilenceAt = undefined;
    this.runAgainAfter(this.consumer.stop());
  }

  private watch(): void {
    const { GROUP_JOIN, REBALANCING, CRASH, STOP, FETCH, HEARTBEAT } = this.consumer.events;
    this.consumer.on(FETCH, () => {
      this.lastFetchAt = performance.now();
      if (this.silentMs <= SILENT_AFTER_MS) return;
      // The first may have been under way when this process, or the broker, was frozen; a member's heartbeat follows it.
      this.fetchedInSilenceAt ??= this.lastFetchAt;
      if (this.lastFetchAt - this.fetchedInSilenceAt > FETCHES_ON_MS) this.joinAnew();
    });
    // Not at a fetch: whom the group does not know may read all the same.
    const belongs = (): void => {
      this.lastHeardAt = performance.now();
      this.fetchedInSilenceAt = undefined;
      this.joined = true;
    };
    // Without a join, too: if the coordinator is still loading, KafkaJS goes on as the member that it was, and the group knows it.
    this.consumer.on(HEARTBEAT, belongs);
    this.consumer.on(GROUP_JOIN, () => {
      belongs();
      this.retention.forget();
    });
    const left = (): void => {
      this.joined = false;
    };
    this.consumer.on(REBALANCING, left);
    this.consumer.on(STOP, left);
    this.consumer.on(CRASH, ({ payload: { error } }) => {
      left();
      if (this.stopping.signal.aborted) return;
      // A handler that rejects ends in the former, whatever it rejects with.
      const isPassing = error.name === 'KafkaJSNumberOfRetriesExceeded' || isTransientError(error);
      if (isPassing) this.runAgainAfter(sleep(RUN_AGAIN_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined));
      else this.options.onFatal(error);
    });
  }

  /** KafkaJS goes on at the oldest record when the next one is gone; that would be skipping, and in silence. */
  private async haltOnLoss(topic: string, partition: number, firstOffset: string): Promise<void> {
    try {
      await this.retention.check(topic, partition, firstOffset);
    } catch (error) {
      if (error instanceof RecordsLostError) this.options.onFatal(error);
      throw error;
    }
  }

  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset } = payload;
    const [first, last] = [batch.messages[0], batch.messages.at(-1)];
    if (!first || !last) return;
    await this.haltOnLoss(batch.topic, batch.partition, first.offset);
    const lost = new AbortController();
    // KafkaJS beats between batches only: without this, a slow effect would lose its partition to another member.
    const beat = setInterval(() => {
      heartbeat().catch((error: unknown) => {
        this.logger.warn(`${batch.topic}[${batch.partition}]: ${String(error)}`);
        lost.abort(error);
      });
    }, HEARTBEAT_INTERVAL_MS);
    try {
      const records = batch.messages.map((message) => toRecord(batch.topic, batch.partition, message));
      await this.options.handle(records, AbortSignal.any([this.stopping.signal, lost.signal]));
      resolveOffset(last.offset);
      this.retention.read(batch.topic, batch.partition, last.offset);
      await this.pace(records.length);
      await this.commit(payload);
    } finally {
      clearInterval(beat);
    }
  }

  /** The next fetch begins when all partitions of this one are done. */
  private async pace(records: number): Promise<void> {
    const waitMs = this.lastFetchAt + PACE_MS - performance.now();
    if (records >= WORTH_A_FETCH || waitMs <= 0) return;
    await sleep(waitMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  /** What the partitions of one fetch have done by the same moment is one commit. */
  private commit({ commitOffsetsIfNecessary, uncommittedOffsets }: EachBatchPayload): Promise<void> {
    this.committing ??= othersTurn().then(() => {
      this.committing = undefined; // whoever comes from now on may not be in it
      return commitOffsetsIfNecessary(uncommittedOffsets());
    });
    return this.committing;
  }
}

/** KafkaJS's message as a record. */
export function toRecord(topic: string, partition: number, message: KafkaMessage): KafkaRecord {
  const headers: Record<string, Buffer> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    // A header that is repeated counts once, with its last value; one without a value (legal in Kafka) is none.
    const single = Array.isArray(value) ? value.at(-1) : value;
    if (single) headers[name] = typeof single === 'string' ? Buffer.from(single) : single;
  }
  return { topic, partition, offset: message.offset, key: message.key, value: message.value, headers };
}
