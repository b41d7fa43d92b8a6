import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogReader } from '@madang/cdc';
import { createKafka, RecordProducer } from '@madang/event-bus';
import { Logger } from '@nestjs/common';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { KafkaRowSink } from '../src/kafka-row.sink';
import { differences } from './differences';
import { OutboxTable } from './outbox-table';
import { eventually, RowAddedTopic } from './row-added-topic';
import { type Parts, ready, type RunningEngine, startEngine } from './running-engine';

let infra: Infra;
let parts: Parts;
let table: OutboxTable;
let topic: RowAddedTopic;
let engine: RunningEngine;

beforeAll(async () => {
  Logger.overrideLogger(false);
  infra = await startInfra({ postgres: { databases: ['member'] }, kafka: true, connect: true });
  const { url: connectUrl, cdcPassword } = infra.connect;
  parts = { url: infra.postgres.url('member', 'cdc'), brokers: infra.kafka.brokers, connectUrl, cdcPassword };
  table = await OutboxTable.open(infra.postgres.url('member'), infra.postgres.adminUrl('member'));
}, 120_000);
afterAll(async () => {
  await topic?.close();
  await table?.close();
  await infra?.stop();
});

/** Of the rows of one statement. */
const KEYS = [0, 1, 2, 3, 4];
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** Every value that a column of the outbox can hold in a form of its own. */
async function commitOddRows(prefix: string): Promise<void> {
  const text = '마당 "q" \\ / \n\t\u2028 \u{1f600} é \u0001';
  await table.commit(
    { key: `${prefix}-텍스트 / "1"`, payload: { text, nested: [null, true, 1e300, -0.5, 9007199254740993n.toString()] } },
    { key: `${prefix}-trace`, traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, version: 2_147_483_647 },
    { key: `${prefix}-array`, payload: [] },
    { key: `${prefix}-text`, payload: text },
    { key: `${prefix}-large`, payload: { text: 'x"'.repeat(62_500) } }, // 250 kB in PostgreSQL's text form
  );
  const times = ['2026-11-23 15:20:21.12+09', '2026-11-23 00:00+00', '1970-01-01 00:00:00.000001+00', '0044-03-15 01:02:03.5+00 BC'];
  for (const createdAt of [...times, '12026-01-01 00:00+00', '0001-12-31 23:59:59+00 BC', 'infinity', '-infinity']) {
    await table.commit({ key: `${prefix}-${createdAt}`, createdAt });
  }
}
const ODD_ROWS = 13;

/** Three transactions at the same time, one of them rolled back, and one with a savepoint's worth of order to keep. */
async function commitInterleaved(prefix: string): Promise<void> {
  const late = table.inTransaction(async (insert) => {
    await insert({ key: `${prefix}-late`, version: 1 });
    await sleep(100);
    await insert({ key: `${prefix}-late`, version: 2 });
  });
  const undone = table.inTransaction(async (insert) => {
    await insert({ key: `${prefix}-undone` });
    await sleep(50);
    throw new Error('rolled back on purpose');
  });
  for (const version of upTo(10)) await table.commit({ key: `${prefix}-early`, version }, { key: `${prefix}-other`, version });
  await expect(undone).rejects.toThrow('on purpose');
  await late;
}

// The second takes over what the first has left: data, slot and topics stay.
describe.each(['embedded', 'debezium'] as const)('the engine %s', (kind) => {
  const prefix: string = kind;

  beforeAll(async () => {
    await table.commit({ key: `${prefix}-before` }); // while no engine runs
    engine = await startEngine(kind, parts);
    topic ??= await RowAddedTopic.read(parts.brokers);
    await ready(engine);
  }, 90_000);
  afterAll(() => engine.stop(), 30_000);

  it('publishes what was committed while none ran', async () => {
    await eventually(() => topic.of(`${prefix}-before`).length >= 1);
    expect(topic.firstVersions(`${prefix}-before`)).toEqual([1]);
  });

  it('publishes every value as the table has it', async () => {
    await commitOddRows(`${prefix}-odd`);
    await eventually(() => topic.of(`${prefix}-odd`).length >= ODD_ROWS);
    const rows = await table.query<Record<string, unknown> & { aggregateid: string }>(
      `SELECT id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload::text, traceparent FROM outbox WHERE aggregateid LIKE '${prefix}-odd%'`,
    );
    expect(rows).toHaveLength(ODD_ROWS);
    for (const row of rows) {
      const [message] = topic.of(row.aggregateid);
      const { createdat, ...after } = (JSON.parse(message?.value ?? '') as { after: Record<string, unknown> }).after;
      expect(after).toEqual(row);
      expect(createdat).toMatch(/^-?infinity$|^[-+]?\d{4,5}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(message?.headers).toEqual([]);
    }
  });

  it('keeps the order of the commits, and publishes nothing that was rolled back', async () => {
    await commitInterleaved(`${prefix}-tx`);
    await eventually(() => topic.of(`${prefix}-tx`).length >= 22);
    for (const key of ['early', 'other']) expect(topic.firstVersions(`${prefix}-tx-${key}`)).toEqual(upTo(10));
    expect(topic.firstVersions(`${prefix}-tx-late`)).toEqual([1, 2]);
    expect(topic.of(`${prefix}-tx-undone`)).toEqual([]);
  });

  it('publishes each of many rows that share a position in the log', async () => {
    await table.copy(`${prefix}-copy`, 2_000);
    await eventually(() => topic.of(`${prefix}-copy`).length >= 2_000);
    for (const number of KEYS) expect(topic.firstVersions(`${prefix}-copy-${number}`)).toEqual(upTo(400));
  });

  it('loses nothing when it dies in the middle of a transaction, and keeps the order', async () => {
    const key = `${prefix}-kill`;
    const committed = (async () => {
      await table.copy(key, 10_000);
      for (const version of upTo(200)) await table.commit({ key: `${key}-later`, version });
    })();
    await eventually(() => topic.of(key).length > 0);
    if (kind === 'embedded') {
      // What the server notices of a reader that is killed: its connection is gone.
      await table.query(`SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active`);
    } else {
      await infra.process('connect').kill();
      await infra.process('connect').start();
    }
    await committed;
    const expected = [...KEYS.map((number) => [`${key}-${number}`, 2_000] as const), [`${key}-later`, 200] as const];
    for (const [each, count] of expected) {
      await eventually(() => topic.firstVersions(each).length >= count, 60_000);
      expect(topic.firstVersions(each)).toEqual(upTo(count));
    }
    expect(engine.fatal).toEqual([]);
    await ready(engine);
  }, 120_000);

  it('lets go of the slot at its end', async () => {
    await engine.stop();
    await eventually(async () => !(await table.slotIsActive()), 10_000);
    expect(engine.engines.stats()).toMatchObject([{ state: 'stopped' }]);
  });
});

describe('changing the engine', () => {
  it.each(['embedded', 'debezium', 'embedded'] as const)('to %s goes on where the other was, also where that was killed', async (kind) => {
    const key = `change-${randomUUID()}`;
    await table.commit({ key });
    engine = await startEngine(kind, parts);
    await eventually(() => topic.of(key).length > 0, 60_000);
    await table.copy(key, 2_000);
    await eventually(() => topic.of(`${key}-`).length > 0);
    if (kind === 'debezium') await infra.process('connect').kill();
    await engine.stop();
    expect(engine.fatal).toEqual([]);
    await table.commit({ key, version: 2 });
  }, 120_000);

  it('left no gap', async () => {
    await infra.process('connect').start(); // where the connector goes on by itself
    engine = await startEngine('debezium', parts);
    await ready(engine);
    const gaps = async (): Promise<unknown[]> => {
      const rows = await table.query<{ key: string; count: number }>(
        `SELECT aggregateid AS key, count(*)::int AS count FROM outbox WHERE aggregateid LIKE 'change-%' GROUP BY 1`,
      );
      return rows.filter(({ key, count }) => JSON.stringify(topic.firstVersions(key)) !== JSON.stringify(upTo(count)));
    };
    await eventually(async () => (await gaps()).length === 0, 60_000);
    expect(engine.fatal).toEqual([]);
    await engine.stop();
  }, 120_000);
});

describe('the same rows through both engines', () => {
  it('are the same messages, in the same partitions and the same order', async () => {
    engine = await startEngine('debezium', parts);
    await ready(engine);
    await table.query(`SELECT pg_copy_logical_replication_slot('outbox_member', 'same')`);
    await commitOddRows('same-odd');
    await commitInterleaved('same-tx');
    await table.copy('same-copy', 500);
    const count = ODD_ROWS + 22 + 500;
    await eventually(() => topic.of('same').length >= count);
    await engine.stop();
    const debezium = topic.of('same');
    expect(debezium).toHaveLength(count);

    const producer = new RecordProducer(createKafka({ clientId: 'same', brokers: parts.brokers }));
    const end = new AbortController();
    const reader = new LogReader({ connection: parts.url, slot: 'same', publication: 'outbox', sink: new KafkaRowSink(producer) });
    const done = reader.run(end.signal);
    await eventually(() => topic.of('same').length >= 2 * count);
    end.abort();
    await done;
    await producer.close();
    const offsets = new Set(debezium.map(({ partition, offset }) => `${partition} ${offset}`));
    const embedded = topic.of('same').filter(({ partition, offset }) => !offsets.has(`${partition} ${offset}`));
    expect(differences(embedded, debezium)).toEqual([]);

    // Negative controls: a changed byte, a swapped pair, another partition, one too few.
    const [first, second, ...rest] = embedded;
    if (!first || !second) throw new Error('nothing to compare');
    expect(differences([{ ...first, value: first.value.replace('member', 'Member') }, second, ...rest], debezium)).toHaveLength(1);
    expect(differences([second, first, ...rest], debezium)).toHaveLength(2);
    expect(differences([{ ...first, partition: first.partition + 1 }, second, ...rest], debezium)).toHaveLength(1);
    expect(differences(embedded, debezium.slice(0, -1))).toHaveLength(1);
  }, 120_000);
});
