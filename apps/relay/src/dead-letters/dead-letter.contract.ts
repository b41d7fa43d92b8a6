import { AUDIT_ACTIONS, type InspectedLetter, type LetterStatus, parseLetterId, type RecordedAuditEntry } from '@madang/event-bus';
import { pageOf, pageQuery, text } from '@madang/service-kit';
import { z } from 'zod';

const EXAMPLE_ID = 'member.events.v1:2:17:board';
const STATES = ['open', 'replayed', 'discarded'] as const;

/** Path parameter: topic, partition, offset and group of the record that failed. */
export const LetterId = z
  .string()
  .refine((id) => parseLetterId(id) !== undefined, { error: `is not <topic>:<partition>:<offset>:<group>, such as ${EXAMPLE_ID}` });

const name = text(255);
const filter = {
  topic: name.optional().meta({ description: 'Topic that the record failed on' }),
  group: name.optional().meta({ description: 'Consumer group that could not process it' }),
  code: text(40).optional().meta({ description: 'Cause, such as handler-failed or not-json' }),
  key: text(255).optional().meta({ description: 'Key of the record, as the list shows it' }),
};
const operator = text(64)
  .default('admin')
  .meta({ example: 'mina', description: 'Who asks, for the audit trail: the admin token does not tell. "admin" unless given' });

const evenIfOld = z
  .boolean()
  .default(false)
  .meta({ description: 'Also what died more than 7 days ago: the inbox may have forgotten an earlier effect, so look whether it is there' });

/** `GET /dead-letters`; a cursor holds the last letter seen. */
export const LetterQuery = pageQuery(z.object({ deadAt: z.iso.datetime(), id: z.string() })).extend({
  state: z.enum(STATES).default('open').meta({ description: '"open" unless given' }),
  ...filter,
});
export type LetterQuery = z.output<typeof LetterQuery>;

/** `GET /dead-letters/audit`; a cursor holds the offset of the last entry seen. */
export const AuditQuery = pageQuery(z.string().regex(/^\d{1,18}$/));
export type AuditQuery = z.output<typeof AuditQuery>;

/** `POST /dead-letters/:id/replay` */
export const ReplayOne = z.strictObject({ operator, evenIfOld }).prefault({}).meta({ id: 'ReplayOne' });
export type ReplayOne = z.output<typeof ReplayOne>;

/** `POST /dead-letters/replay` */
export const ReplayMany = z
  .strictObject({
    topic: filter.topic.meta({ description: 'Topic that the record failed on', example: 'member.events.v1' }),
    group: filter.group,
    code: filter.code,
    key: filter.key,
    all: z.literal(true).optional().meta({ description: 'Every open letter; needed where nothing else narrows it down' }),
    operator,
    evenIfOld,
  })
  .refine(({ topic, group, code, key, all }) => all ?? [topic, group, code, key].some((one) => one !== undefined), {
    error: 'name a topic, group, code or key, or say "all": true',
  })
  .meta({ id: 'ReplayMany' });
export type ReplayMany = z.output<typeof ReplayMany>;

/** `POST /dead-letters/:id/discard` */
export const Discard = z
  .strictObject({
    reason: text(500).meta({ example: 'Sent by hand while testing; nothing is missing', description: 'Kept for ever: no personal data' }),
    operator,
  })
  .meta({ id: 'Discard' });
export type Discard = z.output<typeof Discard>;

export const Letter = z
  .object({
    id: z.string().meta({ example: EXAMPLE_ID }),
    state: z.enum(STATES),
    topic: z.string().meta({ example: 'member.events.v1' }),
    partition: z.int().meta({ example: 2 }),
    offset: z.string().meta({ example: '17' }),
    group: z.string().meta({ example: 'board' }),
    code: z.string().meta({ example: 'handler-failed' }),
    cause: z.string().meta({ example: 'violates check constraint', description: 'At most 200 characters' }),
    key: z.string().nullable().meta({ example: '01990000-0000-7000-8000-000000000002', description: 'base64:… if it is no text, sha256:… if it is long' }),
    bytes: z.int().meta({ example: 612, description: 'Key, value and headers' }),
    attempt: z.int().meta({ example: 1, description: '2 if it failed again after a replay, and so on' }),
    replayOf: z.string().nullable().meta({ example: null, description: 'The letter that this one was before it was replayed' }),
    deadAt: z.iso.datetime(),
    replayRequestedAt: z.iso.datetime().nullable().meta({ description: 'With the state "open": a replay began and is not confirmed; replaying again is safe' }),
    settledAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'DeadLetter' });
export type Letter = z.output<typeof Letter>;

export const LetterPage = pageOf(Letter)
  .extend({ unindexed: z.int().meta({ example: 0, description: 'Records that are not listed before older letters are settled; 0 unless 50,000 are open' }) })
  .meta({ id: 'DeadLetterPage' });
export type LetterPage = z.output<typeof LetterPage>;

export const AuditEntryView = z
  .object({
    offset: z.string().meta({ example: '41', description: 'Place in the audit trail' }),
    letter: z.string().meta({ example: EXAMPLE_ID }),
    action: z.enum(AUDIT_ACTIONS),
    by: z.string().meta({ example: 'mina' }),
    at: z.iso.datetime(),
    operation: z.uuid().meta({ description: 'Shared by the entries of one request' }),
    reason: z.string().nullable(),
  })
  .meta({ id: 'DeadLetterAuditEntry' });
export const AuditPage = pageOf(AuditEntryView).meta({ id: 'DeadLetterAuditPage' });
export type AuditPage = z.output<typeof AuditPage>;

const Value = z
  .object({
    encoding: z.enum(['utf8', 'base64']),
    content: z.string().meta({ example: '{"memberId":', description: 'At most the first 16 KiB' }),
    bytes: z.int().meta({ example: 12, description: 'Length of the whole' }),
    truncated: z.boolean(),
  })
  .meta({ id: 'DeadLetterValue' });

export const LetterDetail = Letter.extend({
  value: Value.nullable().meta({ description: 'Null for a tombstone' }),
  headers: z.record(z.string(), z.string()).meta({ example: { ce_type: 'member.withdrawn' }, description: 'At most 64 of 1 KiB each; base64:… where not text' }),
  moreHeaders: z.int().meta({ example: 0 }),
  earlier: z.array(z.string()).meta({ example: [], description: 'The letters that it was before, the latest first' }),
  audit: z.array(AuditEntryView).meta({ description: 'Its latest 20 entries, the oldest first' }),
}).meta({ id: 'DeadLetterDetail' });
export type LetterDetail = z.output<typeof LetterDetail>;

export const ReplayReportView = z
  .object({
    replayed: z.int().meta({ example: 12 }),
    heldBack: z.int().meta({ example: 0, description: 'Behind an earlier open letter of their key that was not replayed' }),
    failed: z
      .array(z.object({ id: z.string(), code: z.string().meta({ example: 'letter-too-old' }), detail: z.string() }))
      .meta({ description: 'Refused, and so their keys wait: too old, too large, or of an origin that is unknown or gone' }),
    remaining: z.int().meta({ example: 0, description: 'Not reached within the bounds of one request: ask again' }),
  })
  .meta({ id: 'DeadLetterReplayReport' });
export type ReplayReportView = z.output<typeof ReplayReportView>;

export function letterView({ letter, state, replayRequestedAt, settledAt }: LetterStatus): Letter {
  const { id, topic, partition, offset, group, code, cause, key, size, attempt, replayOf, deadAt } = letter;
  return { id, state, topic, partition, offset, group, code, cause, key, bytes: size, attempt, replayOf, deadAt, replayRequestedAt, settledAt };
}

export function detailView(inspected: InspectedLetter): LetterDetail {
  const { value, headers, moreHeaders, earlier, audit } = inspected;
  return { ...letterView(inspected), value, headers, moreHeaders, earlier: [...earlier], audit: audit.map(auditView) };
}

export function auditView(entry: RecordedAuditEntry): AuditPage['items'][number] {
  const { offset, letter, action, by, at, operation, reason } = entry;
  return { offset, letter, action, by, at, operation, reason };
}
