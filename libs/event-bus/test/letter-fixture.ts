import { deadLetterTopic, type OutgoingRecord } from '../src/index';

export interface TestLetter {
  readonly topic: string;
  readonly offset: number;
  readonly partition?: number;
  readonly group?: string;
  readonly key?: string | Buffer | null;
  readonly value?: string | Buffer | null;
  readonly code?: string;
  readonly headers?: Record<string, string>;
  readonly diedAt?: string;
}

/** When test letters die unless stated. */
export const DIED_AT = '2026-11-24T10:00:00.000Z';

/** What DeadLetters writes for a record that failed. */
export function deadRecord({ topic, offset, partition = 0, group = 'shop', key = 'k', value = `value ${offset}`, code = 'handler-failed', headers = {}, diedAt = DIED_AT }: TestLetter): OutgoingRecord {
  return {
    topic: deadLetterTopic(topic, group).name,
    key,
    value,
    headers: {
      ce_id: `event-${offset}`,
      ...headers,
      'dlq-topic': topic,
      'dlq-partition': String(partition),
      'dlq-offset': String(offset),
      'dlq-group': group,
      'dlq-code': code,
      'dlq-cause': 'refused',
      'dlq-time': diedAt,
    },
  };
}
