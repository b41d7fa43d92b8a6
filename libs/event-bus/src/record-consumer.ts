import { Logger } from '@nestjs/common';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { bounded } from './bounded';
import type { KafkaRecord } from './kafka-record';

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

/** A killed member's partitions wait this long for their next owner; a member that stalls longer than this loses them. */
const SESSION_TIMEOUT_MS = 5_000;
const HEARTBEAT_INTERVAL_MS = 1_000;
/** How long the others wait for a member that is in the middle of a batch when the group changes. */
const REBALANCE_TIMEOUT_MS = 30_000;
/** New records end a fetch at once; this only bounds how long an idle one takes, and with it a shutdown. */
const MAX_WAIT_MS = 500;
/** Bounds a batch, and with it what one crash repeats. */
const MAX_BYTES_PER_PARTITION = 256 * 1024;

/** Reads topics in batches, in order a partition, at least once. */
export class RecordConsumer {
  private readonly logger = new Logger(RecordConsumer.name);
  private readonly consumer: Consumer;
  private readonly stopping = new AbortController();
  private joined = false;

  constructor(private readonly options: RecordConsumerOptions) {
    this.consumer = options.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTimeInMs: MAX_WAIT_MS,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      allowAutoTopicCreation: false,
    });
    const { GROUP_JOIN, REBALANCING, CRASH, STOP } = this.consumer.events;
    this.consumer.on(GROUP_JOIN, () => (this.joined = true));
    this.consumer.on(REBALANCING, () => (this.joined = false));
    this.consumer.on(STOP, () => (this.joined = false));
    this.consumer.on(CRASH, ({ payload: { error, restart } }) => {
      this.joined = false;
      if (!restart) options.onFatal(error);
    });
  }

  /** Rejects while the group has not given this member its partitions. */
  async assertReady(): Promise<void> {
    if (!this.joined) throw new Error(`Not in the consumer group ${this.options.groupId} yet`);
  }

  async start(): Promise<void> {
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
    await this.consumer.run({
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: (payload) => this.eachBatch(payload),
    });
  }

  /** Finishes the batches in hand, commits their offsets, and leaves the group; what takes too long is delivered again. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('The consumer is shutting down'));
    await bounded(this.consumer.disconnect());
  }

  private async eachBatch({ batch, heartbeat, resolveOffset }: EachBatchPayload): Promise<void> {
    const last = batch.messages.at(-1);
    if (!last) return;
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
    } finally {
      clearInterval(beat);
    }
  }
}

function toRecord(topic: string, partition: number, message: KafkaMessage): KafkaRecord {
  const headers: Record<string, Buffer> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    // A header that is repeated counts once, with its last value, as in CloudEvents.
    const single = Array.isArray(value) ? value.at(-1) : value;
    if (single !== undefined) headers[name] = Buffer.from(single);
  }
  return { topic, partition, offset: message.offset, key: message.key, value: message.value, headers };
}
