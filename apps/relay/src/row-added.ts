import { type KafkaRecord, PoisonRecordError } from '@madang/event-bus';
import { z } from 'zod';

/** The part of Debezium's envelope (JSON without schema) that the relay needs of an inserted outbox row. */
const rowAdded = z.object({
  // r: read by an initial snapshot
  op: z.enum(['c', 'r']),
  source: z.object({ db: z.string().min(1) }),
  after: z.object({
    id: z.uuid(),
    aggregateid: z.string().min(1),
    aggregateversion: z.int().positive(),
    type: z.string().min(1),
    schemaversion: z.int().positive(),
    // jsonb arrives as text: it is passed on as it is
    payload: z.string(),
    traceparent: z.string().nullish(),
    createdat: z.iso.datetime({ offset: true }),
  }),
});

export type RowAdded = z.infer<typeof rowAdded>;

/** @throws PoisonRecordError if the record is not a row-added message */
export function readRowAdded({ value }: KafkaRecord): RowAdded {
  if (value === null) throw new PoisonRecordError('tombstone', 'The record has no value');
  let json: unknown;
  try {
    json = JSON.parse(value.toString('utf8'));
  } catch {
    throw new PoisonRecordError('not-json', 'The value is not JSON');
  }
  const result = rowAdded.safeParse(json);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new PoisonRecordError('invalid-payload', `Not a row-added message: ${issues}`);
}
