import { randomUUID } from 'node:crypto';
import { messageEdited, systemMessageRequested, type SystemMessageRequestedPayload } from '@madang/events';
import { Inbox, Outbox, OutboxRow } from '@madang/outbox';
import { rowIds } from '@madang/service-kit';
import { DataSource, type EntityManager, Raw } from 'typeorm';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { migrated, said, wordRule } from '../../test/moderator-fixture';
import { RuleBook } from '../rules/rule-book.service';
import type { RuleDefinition } from '../rules/rule.contract';
import { JudgeMessagesService, type SpokenEvent } from './judge-messages.service';
import { warningId } from './warning-id';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 28, 12);

let infra: Infra;
let database: DataSource;
let rules: RuleBook;
let moderator: JudgeMessagesService;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['moderator'] } });
  database = await migrated(infra.postgres.url('moderator'));
  rules = new RuleBook(database);
  await rules.open([]);
  moderator = instance();
});

afterAll(async () => {
  await database?.destroy();
  await infra?.stop();
});

function instance(outbox = new Outbox()): JudgeMessagesService {
  return new JudgeMessagesService(new RuleBook(database), new Inbox(database, 'moderator'), outbox, rowIds());
}

const use = (...set: RuleDefinition[]): Promise<unknown> => rules.change({ changedBy: 'test', rules: set });

/** What the chat is asked to say of a room, in order. */
async function asked(roomId: string): Promise<{ version: number; payload: SystemMessageRequestedPayload }[]> {
  const rows = await database.getRepository(OutboxRow).find({ where: { aggregateId: roomId }, order: { aggregateVersion: 'ASC' } });
  return rows.map(({ aggregateVersion, payload }) => ({ version: aggregateVersion, payload: systemMessageRequested.schema.parse(payload) }));
}

const outcomes = async (roomId: string): Promise<string[]> => {
  const rows: { outcome: string }[] = await database.query('SELECT outcome FROM hit WHERE room_id = $1 ORDER BY id', [roomId]);
  return rows.map(({ outcome }) => outcome);
};

describe('a message that hits a rule', () => {
  beforeAll(() => use(wordRule('escrow')));

  it('is recorded without its words, and the chat is asked to warn', async () => {
    const event = said('😀 pay by Escrow, escrow only', { seq: 7, at: NOW });
    const { roomId, messageId } = event.payload;
    expect(await moderator.judge([event])).toEqual(['said']);

    const { version } = (await rules.current()).view.rules[0] ?? {};
    const payload = { roomId, messageId: warningId(messageId, 'escrow'), triggerMessageId: messageId, ruleId: 'escrow', ruleVersion: version, text: 'No escrow, please.' };
    expect(await asked(roomId)).toEqual([{ version: 1, payload }]);
    const hits: object[] = await database.query('SELECT * FROM hit WHERE room_id = $1', [roomId]);
    expect(hits).toEqual([
      expect.objectContaining({ message_id: messageId, seq: 7, rule_id: 'escrow', rule_version: version, outcome: 'said', triggered_at: new Date(NOW), spans: [[10, 16], [18, 24]] }),
    ]);
    expect(JSON.stringify(hits)).not.toContain('pay by');
  });

  it('and comes again takes no effect', async () => {
    const event = said('escrow');
    expect(await moderator.judge([event, event])).toEqual(['said']);
    expect(await moderator.judge([event])).toEqual([]);
    expect(await Promise.all([moderator.judge([event]), moderator.judge([event])])).toEqual([[], []]);
    expect(await asked(event.payload.roomId)).toHaveLength(1);
    expect(await outcomes(event.payload.roomId)).toEqual(['said']);
  });

  it('leaves nothing behind if the process dies before the commit, and takes effect once after', async () => {
    class Dies extends Outbox {
      override async publish(manager: EntityManager, ...messages: Parameters<Outbox['publish']>[1][]): Promise<string[]> {
        await super.publish(manager, ...messages);
        const [{ pid } = { pid: 0 }]: { pid: number }[] = await manager.query('SELECT pg_backend_pid() AS pid');
        await database.query('SELECT pg_terminate_backend($1)', [pid]); // as PostgreSQL sees a kill -9
        return [];
      }
    }
    const event = said('escrow');
    // Whoever hears of it first: PostgreSQL's answer to the next query, or the pool that has let go of the connection.
    await expect(instance(new Dies()).judge([event])).rejects.toThrow(/terminat|released/i);
    expect([await asked(event.payload.roomId), await outcomes(event.payload.roomId)]).toEqual([[], []]);
    expect(await moderator.judge([event])).toEqual(['said']);
    expect(await asked(event.payload.roomId)).toHaveLength(1);
  });

  it('is told of once, however often it is edited', async () => {
    const first = said('escrow', { at: NOW });
    const { roomId, messageId } = first.payload;
    const edits = [2, 3].map((seq) => said('Escrow!', { roomId, messageId, seq, type: messageEdited.type, at: NOW + seq * MINUTE }));
    await moderator.judge([first]);
    await moderator.judge(edits);
    expect(await outcomes(roomId)).toEqual(['said', 'repeated', 'repeated']);
    expect(await asked(roomId)).toHaveLength(1);
  });

  it('only once it is edited is told of then', async () => {
    const first = said('a fair price');
    const { roomId, messageId } = first.payload;
    expect(await moderator.judge([first])).toEqual([]);
    expect(await asked(roomId)).toEqual([]);
    expect(await database.query('SELECT FROM inbox WHERE message_id = $1', [first.id])).toEqual([]); // no effect that could come twice
    expect(await moderator.judge([said('escrow', { roomId, messageId, seq: 2, type: messageEdited.type })])).toEqual(['said']);
  });

  it('leaves other messages alone', async () => {
    const events = [said('a fair price'), said('escrow'), said('see you at eight')];
    expect(await moderator.judge(events)).toEqual(['said']);
    expect(await Promise.all(events.map(async ({ payload }) => (await asked(payload.roomId)).length))).toEqual([0, 1, 0]);
  });

  it('is asked for under one id even by a moderator that has lost its memory; with random ids it would be two messages', async () => {
    class Random extends JudgeMessagesService {
      protected override idOf(): string {
        return randomUUID();
      }
    }
    const idsAskedBy = async (judge: JudgeMessagesService): Promise<number> => {
      const event = said('escrow');
      await judge.judge([event]);
      // Restored from yesterday: event, hit and room are forgotten, the command is in Kafka.
      const before = await asked(event.payload.roomId);
      await database.query('DELETE FROM inbox WHERE message_id = $1', [event.id]);
      await database.query('DELETE FROM hit WHERE room_id = $1', [event.payload.roomId]);
      await judge.judge([event]);
      return new Set([...before, ...(await asked(event.payload.roomId))].map(({ payload }) => payload.messageId)).size;
    };
    expect(await idsAskedBy(moderator)).toBe(1);
    expect(await idsAskedBy(new Random(rules, new Inbox(database, 'moderator'), new Outbox(), rowIds()))).toBe(2);
  });
});

describe('a cooldown', () => {
  beforeAll(() => use(wordRule('escrow', { cooldownMs: MINUTE }), wordRule('telegram', { cooldownMs: MINUTE })));

  it('keeps a room from hearing of a rule again, by the times of the messages, whenever they are judged', async () => {
    const roomId = randomUUID();
    const at = (offset: number, text = 'escrow'): SpokenEvent => said(text, { roomId, seq: 1 + offset, at: NOW + offset });
    await moderator.judge([at(0)]);
    await moderator.judge([at(MINUTE - 1)]);
    await moderator.judge([at(MINUTE), at(MINUTE + 1)]); // the second by what the first did
    expect(await outcomes(roomId)).toEqual(['said', 'cooled-down', 'said', 'cooled-down']);
    expect((await asked(roomId)).map(({ version }) => version)).toEqual([1, 2]);
  });

  it('swallows no hit of another room or rule', async () => {
    const [roomId, other] = [randomUUID(), randomUUID()];
    await moderator.judge([said('escrow', { roomId, at: NOW }), said('telegram', { roomId, seq: 2, at: NOW }), said('escrow', { roomId: other, at: NOW })]);
    expect([await outcomes(roomId), await outcomes(other)]).toEqual([['said', 'said'], ['said']]);
  });

  it('holds between instances that judge one room at once', async () => {
    const roomId = randomUUID();
    await Promise.all(Array.from({ length: 12 }, (_, i) => instance().judge([said('escrow', { roomId, seq: i + 1, at: NOW })])));
    expect((await outcomes(roomId)).toSorted()).toEqual([...Array.from({ length: 11 }, () => 'cooled-down'), 'said']);
    expect(await asked(roomId)).toHaveLength(1);
  });
});

describe('rules', () => {
  it('that one message hits both are both told, each in an event of its own version', async () => {
    await use(wordRule('escrow'), wordRule('telegram'));
    const event = said('escrow, on Telegram', { seq: 4 });
    expect(await moderator.judge([event])).toEqual(['said', 'said']);
    expect((await asked(event.payload.roomId)).map(({ version, payload }) => [version, payload.ruleId])).toEqual([[1, 'escrow'], [2, 'telegram']]);
  });

  it('in the shadow are recorded and not told, those that are off are neither', async () => {
    await use(wordRule('escrow', { mode: 'shadow' }), wordRule('telegram', { mode: 'off' }));
    const event = said('escrow, on Telegram');
    expect(await moderator.judge([event])).toEqual(['shadow']);
    expect([await asked(event.payload.roomId), await outcomes(event.payload.roomId)]).toEqual([[], ['shadow']]);
  });

  it('that are changed count from the next message, in every instance, and hits name their version', async () => {
    const [one, two] = [instance(), instance()];
    await use(wordRule('escrow'));
    expect([await one.judge([said('escrow telegram')]), await two.judge([said('escrow telegram')])]).toEqual([['said'], ['said']]);
    await use(wordRule('escrow', { text: 'Really, no escrow.' }), wordRule('telegram', { mode: 'shadow' }));
    const events = [said('escrow telegram'), said('escrow telegram')] as const;
    expect([await one.judge([events[0]]), await two.judge([events[1]])]).toEqual([['said', 'shadow'], ['said', 'shadow']]);
    const { version } = (await rules.current()).view.rules.find(({ id }) => id === 'escrow') ?? {};
    for (const { payload } of events) expect(await asked(payload.roomId)).toMatchObject([{ payload: { text: 'Really, no escrow.', ruleVersion: version } }]);
  });
});

describe('many messages at once', () => {
  it('are judged in one transaction, each asked for in the trace of its own message', async () => {
    await use(wordRule('escrow'));
    const events = Array.from({ length: 60 }, (_, i) => ({ ...said(i % 2 ? 'escrow' : 'hello'), traceparent: `00-${String(i + 1).padStart(32, '0')}-b7ad6b7169203331-01` }));
    expect(await moderator.judge(events)).toHaveLength(30);
    const rows = await database.getRepository(OutboxRow).findBy({ aggregateId: Raw((column) => `${column} = ANY(:rooms)`, { rooms: events.map(({ payload }) => payload.roomId) }) });
    const byRoom = new Map(rows.map(({ aggregateId, traceparent }) => [aggregateId, traceparent]));
    for (const [i, { payload, traceparent }] of events.entries()) expect(byRoom.get(payload.roomId)).toBe(i % 2 ? traceparent : undefined);
  });

  it('that share rooms wait for one another in one direction only', async () => {
    await use(wordRule('escrow'));
    const rooms = Array.from({ length: 20 }, () => randomUUID());
    const batch = (ids: readonly string[]): SpokenEvent[] => ids.map((roomId) => said('escrow', { roomId }));
    await Promise.all([rooms, rooms.toReversed(), rooms, rooms.toReversed()].map((ids) => instance().judge(batch(ids))));
    for (const roomId of rooms) expect((await asked(roomId)).map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ['lone surrogates', '\ud83d escrow \ude00'.repeat(100)],
    ['nothing but hits', 'escrow'.repeat(333)],
    ['half a number, again and again', '010-1234-567 '.repeat(150)],
    ['digits', '1'.repeat(2_000)],
    ['zero-width characters', '\u200b'.repeat(2_000)],
    ['combining marks', 'e\u0301\u0302\u0303'.repeat(500)],
    ['what a backtracking expression would choke on', `${'a'.repeat(1_999)}!`],
  ])('are judged though one holds %s', async (_, text) => {
    await use(wordRule('escrow'), { ...wordRule('slow'), detection: { kind: 'pattern', pattern: '(a+)+$' } }, { ...wordRule('phone'), detection: { kind: 'phone-number' } });
    const after = said('escrow');
    await moderator.judge([said(text), ...Array.from({ length: 20 }, () => said(text)), after]);
    expect(await outcomes(after.payload.roomId)).toEqual(['said']);
    const spans: { longest: number }[] = await database.query('SELECT max(jsonb_array_length(spans)) AS longest FROM hit');
    expect(spans[0]?.longest).toBeLessThanOrEqual(20);
  });
});
