import { Logger } from '@nestjs/common';
import type { TopicDefinition } from './event-definition';
import type { KafkaRecord } from './kafka-record';
import { PoisonRecordError } from './poison-record.error';
import type { RecordProducer } from './record-producer';

/** Cause texts are cut to this many characters, so that a header never makes a record too large to write. */
const MAX_CAUSE_LENGTH = 1_000;

/** The topic that takes what a consumer group could not process: one partition, so that it reads as one list. */
export function deadLetterTopic(topic: string, groupId: string): TopicDefinition {
  return { name: `${topic}.${groupId}.dlq`, partitions: 1 };
}

/**
 * Puts records aside, as they were, with their origin and the cause in headers. Like every delivery it is at least once:
 * copies of one record share the headers `dlq-topic`, `dlq-partition` and `dlq-offset`.
 */
export class DeadLetters {
  private readonly logger = new Logger(DeadLetters.name);

  constructor(
    private readonly producer: RecordProducer,
    private readonly groupId: string,
  ) {}

  /** Resolves when the dead letter is durable: only then may the record's offset be committed. */
  async add(record: KafkaRecord, cause: unknown): Promise<void> {
    const code = cause instanceof PoisonRecordError ? cause.code : 'handler-failed';
    const text = (cause instanceof Error ? cause.message : String(cause)).slice(0, MAX_CAUSE_LENGTH);
    const { name } = deadLetterTopic(record.topic, this.groupId);
    await this.producer.send([
      {
        topic: name,
        key: record.key,
        value: record.value,
        headers: {
          ...record.headers,
          'dlq-topic': record.topic,
          'dlq-partition': String(record.partition),
          'dlq-offset': record.offset,
          'dlq-group': this.groupId,
          'dlq-code': code,
          'dlq-cause': text,
          'dlq-time': new Date().toISOString(),
        },
      },
    ]);
    this.logger.error(
      `${record.topic}[${record.partition}]@${record.offset} is a dead letter in ${name}: ${code}: ${text}`,
    );
  }
}
