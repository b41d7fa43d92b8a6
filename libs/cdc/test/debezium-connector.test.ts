import { type Admin, Kafka, logLevel } from 'kafkajs';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { type ConnectorStats, DebeziumConnector, type DebeziumConnectorOptions, heartbeatTopic, rowAddedTopic, stopConnector } from '../src/index';
import { OutboxDatabase } from './outbox-database';
import { eventually } from './recording-sink';

let infra: Infra;
let db: OutboxDatabase;
let admin: Admin;

const DATABASE = 'keeper';
const CONNECTOR = `outbox-${DATABASE}`;

interface Kept {
  readonly done: Promise<void>;
  stats(): ConnectorStats;
  stop(): Promise<void>;
}

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE] }, kafka: true, connect: true });
  db = await OutboxDatabase.open(infra.postgres, DATABASE);
  await db.client.query('GRANT SELECT ON outbox TO outbox_reader');
  const kafka = new Kafka({ brokers: infra.kafka.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20, retries: 20 } });
  admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [rowAddedTopic(DATABASE), heartbeatTopic(DATABASE)].map((topic) => ({ topic, numPartitions: 1 })) });
}, 120_000);
afterAll(async () => {
  await admin?.disconnect();
  await db?.close();
  await infra?.stop();
});

function keep(options: Partial<DebeziumConnectorOptions> = {}): Kept {
  const ended = new AbortController();
  const { url: connectUrl, cdcPassword: passwordReference } = infra.connect;
  const source = { connectUrl, passwordReference, connection: db.readerUrl, slot: db.slot, publication: 'outbox' };
  const connector = new DebeziumConnector({ ...source, heartbeatIntervalMs: 300, lookIntervalMs: 200, ...options });
  const done = connector.run(ended.signal);
  done.catch(() => undefined); // looked at by those tests that expect it
  return {
    done,
    stats: () => connector.stats(),
    stop: () => {
      ended.abort();
      return done;
    },
  };
}

interface Status {
  readonly connector: { readonly state: string };
  readonly tasks: readonly { readonly state: string }[];
}

async function status(): Promise<Status> {
  const response = await fetch(`${infra.connect.url}/connectors/${CONNECTOR}/status`);
  return (await response.json()) as Status;
}

const state = async (): Promise<string> => (await status()).connector.state;
const taskState = async (): Promise<string | undefined> => (await status()).tasks[0]?.state;

/** How many rows the topic holds. */
async function rowsInTopic(): Promise<number> {
  const [partition] = await admin.fetchTopicOffsets(rowAddedTopic(DATABASE));
  return Number(partition?.high);
}

/** Until the log's end of now has come through Debezium and Kafka. */
async function heard(kept: Kept): Promise<void> {
  const since = Date.now();
  await eventually(() => (kept.stats().lastHeartbeatAt ?? 0) > since, 60_000);
}

it('registers the connector without the password, and hears the heartbeat of an idle database', async () => {
  const kept = keep();
  await heard(kept);
  expect(kept.stats()).toMatchObject({ state: 'streaming', database: DATABASE, walStatus: 'reserved', taskRestarts: 0 });
  const config = await (await fetch(`${infra.connect.url}/connectors/${CONNECTOR}/config`)).text();
  expect(config).toContain('${file:');
  expect(config).not.toContain(new URL(db.readerUrl).password);
  await kept.stop();
  expect(await state()).toBe('STOPPED');
  expect(await db.walSenderPid()).toBeNull();
});

it('brings a commit to a connector that stands still: searching for where it stood, Debezium waits for one', async () => {
  await db.asAdmin(`SELECT pg_create_logical_replication_slot('probe', 'pgoutput')`);
  const commits = async (): Promise<number> => {
    const options = `'proto_version', '1', 'publication_names', 'outbox', 'messages', 'true'`;
    const sql = `SELECT FROM pg_logical_slot_peek_binary_changes('probe', NULL, NULL, ${options}) WHERE get_byte(data, 0) = ascii('C')`;
    return (await db.asAdmin(sql)).length;
  };
  const kept = keep({ heartbeatIntervalMs: 3_600_000 }); // does not beat either, while it searches
  await eventually(() => kept.stats().state === 'streaming', 60_000);
  await eventually(async () => (await commits()) > 0, 30_000);
  expect(kept.stats()).toMatchObject({ lastHeartbeatAt: null }); // nothing else has come through
  await kept.stop();
  await db.asAdmin(`SELECT pg_drop_replication_slot('probe')`);
});

it('hears nothing while Kafka is frozen, whatever Kafka Connect says', async () => {
  const kept = keep();
  await heard(kept);
  await infra.process('kafka').pause();
  const since = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const { lastHeartbeatAt } = kept.stats();
  await infra.process('kafka').resume();
  expect(lastHeartbeatAt).toBeLessThan(since + 1_500); // what was on its way
  await heard(kept);
  await kept.stop();
});

/** Makes Kafka refuse a row, which ends the task. */
async function limitRecords(bytes: number): Promise<void> {
  const configEntries = [{ name: 'max.message.bytes', value: String(bytes) }];
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: rowAddedTopic(DATABASE), configEntries }] });
}

it('restarts a failed task, halts where that does not help, and goes on once the cause is mended', async () => {
  await limitRecords(1_000);
  const kept = keep();
  await db.client.query(`INSERT INTO outbox (aggregateid, payload) VALUES ('large', to_jsonb(repeat('x', 5000)))`);
  await expect(kept.done).rejects.toMatchObject({ code: 'CDC_CONNECTOR_FAILED', message: expect.stringContaining('RecordTooLarge') as string });
  expect(kept.stats()).toMatchObject({ state: 'halted', taskRestarts: 1 });
  await eventually(async () => (await state()) === 'STOPPED');

  // It fails once more, while nobody keeps it.
  await fetch(`${infra.connect.url}/connectors/${CONNECTOR}/resume`, { method: 'PUT' });
  for (const next of ['RUNNING', 'FAILED']) await eventually(async () => (await taskState()) === next, 60_000);
  await limitRecords(1_048_588);
  const again = keep();
  await heard(again);
  expect(again.stats()).toMatchObject({ state: 'streaming', taskRestarts: 1 });
  await again.stop();
  expect(await rowsInTopic()).toBe(1);
}, 180_000);

it('is stopped for a reconciliation, also while nobody keeps it, so that it does not take the new slot', async () => {
  const kept = keep();
  await heard(kept);
  await kept.stop();
  await fetch(`${infra.connect.url}/connectors/${CONNECTOR}/resume`, { method: 'PUT' });
  await eventually(async () => (await db.walSenderPid()) !== null, 60_000);
  await stopConnector(infra.connect.url, DATABASE);
  expect(await state()).toBe('STOPPED');
  await eventually(async () => (await db.walSenderPid()) === null);
  await expect(stopConnector('http://127.0.0.1:9', DATABASE)).rejects.toThrow('does not answer');
});

it('brings a connector back that somebody has deleted or stopped', async () => {
  const kept = keep();
  await heard(kept);
  await fetch(`${infra.connect.url}/connectors/${CONNECTOR}`, { method: 'DELETE' });
  await heard(kept);
  await fetch(`${infra.connect.url}/connectors/${CONNECTOR}/stop`, { method: 'PUT' });
  await heard(kept);
  await eventually(async () => (await taskState()) === 'RUNNING', 60_000); // what was heard may have been on its way when it was stopped
  expect(await state()).toBe('RUNNING');
  await kept.stop();
}, 120_000);

describe('where Debezium would skip rows the keeper halts, and stops it', () => {
  async function halts(code: string): Promise<void> {
    await expect(keep().done).rejects.toMatchObject({ code });
    await eventually(async () => (await state()) === 'STOPPED');
    expect(await db.walSenderPid()).toBeNull();
  }

  it('when the publication is gone while it runs', async () => {
    const kept = keep();
    await heard(kept);
    await db.client.query('ALTER PUBLICATION outbox DROP TABLE outbox');
    await expect(kept.done).rejects.toMatchObject({ code: 'CDC_PUBLICATION_INCOMPLETE' });
    await eventually(async () => (await state()) === 'STOPPED');
    await db.client.query('ALTER PUBLICATION outbox ADD TABLE outbox');
    await db.advanceSlot();
  });

  it('when the slot is gone, and makes none', async () => {
    await db.asAdmin('SELECT pg_drop_replication_slot($1)', [db.slot]);
    await halts('CDC_SLOT_MISSING');
    expect(await db.asAdmin('SELECT FROM pg_replication_slots')).toEqual([]);
  });

  it('when the slot was made anew, until somebody has made Kafka Connect forget', async () => {
    await db.insert('lost');
    await db.asAdmin(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [db.slot]);
    await halts('CDC_OFFSET_BEHIND');
    const forgotten = await fetch(`${infra.connect.url}/connectors/${CONNECTOR}/offsets`, { method: 'DELETE' });
    expect(forgotten.status).toBe(200);
    const kept = keep();
    await heard(kept);
    await kept.stop();
  });

  it('when the stored position is beyond the log, or of another history', async () => {
    const offset = { lsn: 2 ** 40, lsn_proc: 2 ** 40, lsn_commit: 2 ** 40 };
    const body = JSON.stringify({ offsets: [{ partition: { server: `cdc.${DATABASE}` }, offset }] });
    await fetch(`${infra.connect.url}/connectors/${CONNECTOR}/offsets`, { method: 'PATCH', body, headers: { 'content-type': 'application/json' } });
    await expect(halts('CDC_OFFSET_AHEAD')).resolves.toBeUndefined();
    const url = `${infra.connect.url}/connectors/${CONNECTOR}/config`;
    const config = (await (await fetch(url)).json()) as Record<string, string>;
    const other = JSON.stringify({ ...config, 'madang.log.history': '1/00000001' });
    await fetch(url, { method: 'PUT', body: other, headers: { 'content-type': 'application/json' } });
    await expect(halts('CDC_LOG_HISTORY_CHANGED')).resolves.toBeUndefined();
  });
});
