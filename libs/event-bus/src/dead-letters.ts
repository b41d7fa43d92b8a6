import { Logger } from '@nestjs/common';
import type { TopicDefinition } from './event-definition';
import { recordsTotal } from './event-bus.metrics';
import type { KafkaRecord } from './kafka-record';
import { PoisonRecordError } from './poison-record.error';
import type { RecordProducer } from './record-producer';
import { DEFAULT_RETRY, withRetry } from './retry';

/** Cause texts are cut to this many characters. */
const MAX_CAUSE_LENGTH = 1_000;
/** Twice a broker's default: a record of the largest size still fits with its cause beside it. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

/** Ends the names of all dead-letter topics. */
export const DEAD_LETTER_SUFFIX = '.dlq';

/**
 * The topic that takes what a consumer group could not process: one partition, so that it reads as one list; kept for
 * ever, since a letter that nobody has settled yet must not vanish.
 */
export function deadLetterTopic(topic: string, groupId: string): TopicDefinition {
  return { name: `${topic}.${groupId}${DEAD_LETTER_SUFFIX}`, partitions: 1, maxMessageBytes: MAX_MESSAGE_BYTES, retentionMs: -1 };
}

/**
 * Puts records aside with key, value and headers, and with their origin and the cause in further headers. Like every
 * delivery it is at least once: copies of one record share `dlq-topic`, `dlq-partition` and `dlq-offset`.
 */
export class DeadLetters {
  private readonly logger = new Logger(DeadLetters.name);

  constructor(
    private readonly producer: RecordProducer,
    private readonly groupId: string,
  ) {}

  /** Resolves when the dead letter is durable: only then may the record's offset be committed. Waits for an absent broker. */
  async add(record: KafkaRecord, cause: unknown, signal: AbortSignal): Promise<void> {
    const code = cause instanceof PoisonRecordError ? cause.code : 'handler-failed';
    const text = (cause instanceof Error ? cause.message : String(cause)).slice(0, MAX_CAUSE_LENGTH);
    const { name } = deadLetterTopic(record.topic, this.groupId);
    const headers = {
      ...record.headers,
      'dlq-topic': record.topic,
      'dlq-partition': String(record.partition),
      'dlq-offset': record.offset,
      'dlq-group': this.groupId,
      'dlq-code': code,
      'dlq-cause': text,
      'dlq-time': new Date().toISOString(),
    };
    const letter = { topic: name, key: record.key, value: record.value, headers };
    await withRetry(() => this.producer.send([letter]), DEFAULT_RETRY, signal, ({ error }) =>
      this.logger.warn(`A dead letter could not be written to ${name} yet: ${String(error)}`),
    );
    recordsTotal.inc({ group: this.groupId, topic: record.topic, outcome: 'dead-lettered' });
    this.logger.error(
      `${record.topic}[${record.partition}]@${record.offset} is a dead letter in ${name}: ${code}: ${text}`,
    );
  }
}
