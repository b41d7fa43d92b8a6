import { randomUUID } from 'node:crypto';
import { cloudEventHeaders, createKafka, RecordProducer } from '@madang/event-bus';
import { chatEvents, messageDeleted, messageEdited, systemMessagePosted } from '@madang/events';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { waitUntil } from '../../../infra/core/wait-until.ts';
import { type Moderator, migrated, said, startModerator, wordRule } from '../test/moderator-fixture';
import type { DryRunReport } from './dry-run/dry-run.contract';
import { DryRunService } from './dry-run/dry-run.service';
import type { HitPage } from './hits/hit.contract';
import type { SpokenEvent } from './judging/judge-messages.service';
import type { RuleHistory, RuleSetView } from './rules/rule.contract';
import { seedRules } from './rules/seed-rules';

let infra: Infra;
let database: DataSource;
let producer: RecordProducer;
let one: Moderator;
let two: Moderator;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['moderator'] }, kafka: true });
  database = await migrated(infra.postgres.url('moderator'));
  producer = new RecordProducer(createKafka({ clientId: 'test', brokers: infra.kafka.brokers }));
  [one, two] = await Promise.all([startModerator(infra), startModerator(infra)]);
  await producer.connect();
});

afterAll(async () => {
  await Promise.all([one?.app.close(), two?.app.close()]);
  await producer?.close();
  await database?.destroy();
  await infra?.stop();
});

/** As the relay does. */
const publish = (...events: SpokenEvent[]): Promise<unknown> =>
  producer.send(events.map((event) => ({ topic: chatEvents.name, key: event.aggregateId, value: JSON.stringify(event.payload), headers: cloudEventHeaders(event) })));

async function judged(...events: SpokenEvent[]): Promise<void> {
  const ids = events.map(({ id }) => id);
  await waitUntil(async () => {
    const rows: unknown[] = await database.query('SELECT FROM inbox WHERE message_id = ANY($1)', [ids]);
    if (rows.length < ids.length) throw new Error(`${rows.length} of ${ids.length} are judged`);
  }, { what: 'messages are judged', timeoutMs: 30_000 });
}

async function hitsIn(roomId: string): Promise<HitPage['items']> {
  const { body } = await one.call<HitPage>('GET', '/hits?limit=100');
  return body.items.filter((hit) => hit.roomId === roomId);
}

const read = async (moderator = one): Promise<RuleSetView> => (await moderator.call<RuleSetView>('GET', '/keyword-rules')).body;
const put = (rules: readonly unknown[], more: object = {}) => one.call<RuleSetView & { code: string; errors?: { field: string; detail: string }[] }>('PUT', '/keyword-rules', { rules, ...more });

describe('the rules', () => {
  it('are those of a marketplace at first, made once by two instances that start together', async () => {
    const [first, second] = [await read(one), await read(two)];
    expect(second).toEqual(first);
    expect(first).toMatchObject({ version: 1, changedBy: 'madang' });
    expect(first.rules).toHaveLength(seedRules.length);
    expect(first.rules).toContainEqual(expect.objectContaining({ id: 'phone-number', version: 1, mode: 'live', text: expect.stringMatching(/전화번호.*phone number/) }));
  });

  it('that GET gives can be PUT back, which changes nothing', async () => {
    const before = await read();
    const answer = await one.call<RuleSetView>('PUT', '/keyword-rules', before);
    expect(answer).toEqual({ status: 200, body: before });
  });

  it('keep every version of each, with who changed it', async () => {
    const [rule, other] = [wordRule('history'), wordRule('other')];
    const { body: made } = await put([rule, other], { changedBy: 'mina' });
    await put([{ ...rule, mode: 'shadow' }, other], { changedBy: 'jun' });
    await put([other]);
    const { body } = await two.call<RuleHistory>('GET', '/keyword-rules/history/versions');
    expect(body.items.map(({ version, setVersion, changedBy, rule: each }) => [version, setVersion - made.version, changedBy, each?.mode])).toEqual([
      [3, 2, 'admin', undefined],
      [2, 1, 'jun', 'shadow'],
      [1, 0, 'mina', 'live'],
    ]);
    expect((await read()).rules).toEqual([{ ...other, version: 1 }]);
    await put([rule, other]);
    expect((await read()).rules).toContainEqual({ ...rule, version: 4 });
    expect((await one.call('GET', '/keyword-rules/never/versions')).status).toBe(404);
  });

  it('that are broken change nothing, and the answer names rule and field', async () => {
    const before = await read();
    const broken = { ...wordRule('broken'), detection: { kind: 'pattern', pattern: '(unclosed' } };
    const { status, body } = await put([wordRule('fine'), broken]);
    expect([status, body.code]).toEqual([400, 'validation-failed']);
    expect(body.errors).toEqual([{ in: 'body', field: 'rules.1.detection.pattern', detail: expect.stringContaining('broken') }]);
    expect(await read()).toEqual(before);
  });

  it.each([
    ['a backreference', [{ ...wordRule('x'), detection: { kind: 'pattern', pattern: String.raw`(a)\1` } }]],
    ['two rules of one id', [wordRule('x'), wordRule('x')]],
    ['a pattern for words', [{ ...wordRule('x'), detection: { kind: 'words', pattern: 'x' } }]],
    ['an unknown kind', [{ ...wordRule('x'), detection: { kind: 'mind-reading' } }]],
    ['no words', [{ ...wordRule('x'), detection: { kind: 'words', words: [] } }]],
    ['a text that no message could hold', [wordRule('x', { text: 'x'.repeat(501) })]],
    ['a NUL', [wordRule('x', { text: 'a\u0000b' })]],
    ['half a surrogate pair', [wordRule('x', { text: '\ud83d' })]],
    ['a cooldown below zero', [wordRule('x', { cooldownMs: -1 })]],
    ['another action', [{ ...wordRule('x'), action: 'ban' }]],
    ['a rule for everybody', [wordRule('x', { id: '../x' })]],
  ])('with %s are refused', async (_, rules) => {
    expect((await put(rules)).status).toBe(400);
  });

  it('that somebody else has changed meanwhile are not overwritten', async () => {
    const { version } = await read();
    const answers = await Promise.all(['a', 'b', 'c'].map((word) => put([wordRule(word)], { version })));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409', '409']);
    expect((await read()).version).toBe(version + 1);
  });

  it('are the admin’s alone', async () => {
    const url = await one.app.getUrl();
    for (const path of ['/keyword-rules', '/hits']) expect((await fetch(`${url}${path}`)).status).toBe(401);
    expect((await fetch(`${url}/keyword-rules`, { method: 'PUT', headers: { authorization: 'Bearer x' } })).status).toBe(401);
  });

  it('are documented, and the health is told', async () => {
    const { body } = await one.call<{ paths: object }>('GET', '/docs-json');
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/keyword-rules', '/keyword-rules/{id}/versions', '/keyword-rules/dry-run', '/hits']));
    await waitUntil(async () => expect((await two.call('GET', '/health/ready')).status).toBe(200), { what: 'ready', timeoutMs: 30_000 });
  });
});

describe('what is said in a room', () => {
  it('comes from the topic, and what members say is judged; what the chat says, and what is deleted, is not', async () => {
    await put([wordRule('escrow')]);
    const roomId = randomUUID();
    const posted = said('escrow', { roomId });
    const edited = said('Escrow', { roomId, seq: 2, type: messageEdited.type });
    const system = { ...said('escrow', { roomId, seq: 3 }), type: systemMessagePosted.type };
    const { payload } = system;
    const systemRecord = { ...system, payload: { ...payload, triggerMessageId: randomUUID(), ruleId: 'escrow', ruleVersion: 1 } };
    const deleted = { ...said('escrow', { roomId, seq: 4 }), type: messageDeleted.type };
    const last = said('escrow', { roomId, seq: 5 });
    await publish(posted, edited, systemRecord, deleted, last);
    await judged(posted, edited, last);
    const hits = await hitsIn(roomId);
    expect(hits.map(({ seq, outcome }) => [seq, outcome])).toEqual([[5, 'said'], [2, 'said'], [1, 'said']]);
    expect(JSON.stringify(hits)).not.toContain('escrow"}');
  });

  it('is judged by changed rules at once, in both instances, without a restart', async () => {
    for (const word of ['umbrella', 'parasol']) {
      await put([wordRule(word)]);
      const rooms: string[] = Array.from({ length: 24 }, () => randomUUID()); // over all partitions, so over both instances
      const events = rooms.map((roomId) => said('umbrella and parasol', { roomId }));
      await publish(...events);
      await judged(...events);
      const { body } = await one.call<HitPage>('GET', `/hits?limit=100&ruleId=${word}`);
      expect(body.items.filter(({ roomId }) => rooms.includes(roomId))).toHaveLength(24);
    }
  });

  it('is listed by pages, the newest hit first', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: HitPage } = await one.call<HitPage>('GET', `/hits?ruleId=umbrella&limit=10${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    expect(seen).toHaveLength(24);
    expect(seen).toEqual(seen.toSorted().toReversed());
  });
});

describe('a dry run', () => {
  const word = 'trialword';
  const roomId = randomUUID();
  const start = Date.now();
  const events = [0, 1, 2, 3].map((i) => said(`the ${word}`, { roomId, seq: i + 1, at: start + i * 1_000 }));

  beforeAll(async () => {
    await put([]);
    await publish(...events, said('something else'), ...Array.from({ length: 500 }, () => said('x'.repeat(1_000))));
    await producer.send([{ topic: chatEvents.name, key: 'poison', value: '{', headers: {} }]);
  });

  const run = (body: object) => one.call<DryRunReport>('POST', '/keyword-rules/dry-run', body);

  it('tells what a rule would have hit and said, and does neither', async () => {
    const { status, body } = await run({ rule: wordRule(word, { cooldownMs: 2_000, mode: 'off' }) });
    expect(status).toBe(200);
    expect(body).toMatchObject({ hits: 4, said: 2, remaining: [] });
    expect(body.messages).toBeGreaterThan(500);
    expect(body.samples[0]).toMatchObject({ roomId, messageId: events[0]?.payload.messageId, seq: 1, spans: [[4, 4 + word.length]] });
    expect(JSON.stringify(body)).not.toContain(word);
    expect(await hitsIn(roomId)).toEqual([]);
  });

  it('looks no further back than it is asked to', async () => {
    const { body } = await run({ rule: wordRule(word), since: new Date(start + 2_000).toISOString() });
    expect(body).toMatchObject({ hits: 2, said: 2 });
  });

  it('stops after its time, and goes on where it was', async () => {
    const hasty = new DryRunService(createKafka({ clientId: 'test', brokers: infra.kafka.brokers }), 30);
    let [messages, hits, answers] = [0, 0, 0];
    for (let remaining: DryRunReport['remaining'] | undefined; remaining === undefined || remaining.length > 0; answers += 1) {
      const report = await hasty.run({ rule: wordRule(word), ...(remaining ? { remaining } : {}) });
      messages += report.messages;
      hits += report.hits;
      remaining = report.remaining;
    }
    const whole = await run({ rule: wordRule(word) });
    expect({ messages, hits }).toEqual({ messages: whole.body.messages, hits: 4 });
    expect(answers).toBeGreaterThan(1);
  });

  it('of a broken rule is refused', async () => {
    expect((await run({ rule: { ...wordRule('x'), detection: { kind: 'pattern', pattern: '[' } } })).status).toBe(400);
  });

  it('goes on alone', async () => {
    const service = new DryRunService(createKafka({ clientId: 'test', brokers: infra.kafka.brokers }));
    const first = service.run({ rule: wordRule(word) });
    await expect(service.run({ rule: wordRule(word) })).rejects.toMatchObject({ status: 409 });
    await expect(first).resolves.toMatchObject({ hits: 4 });
    await expect(service.run({ rule: wordRule(word) })).resolves.toMatchObject({ hits: 4 });
  });
});
