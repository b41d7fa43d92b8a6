import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { PermanentSinkError, UnexpectedOperationError } from '../src/index';
import { OutboxDatabase } from './outbox-database';
import { eventually, idOf, RecordingSink } from './recording-sink';

let infra: Infra;
let db: OutboxDatabase;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['faults'] } });
});
beforeEach(async () => {
  db = await OutboxDatabase.open(infra.postgres, 'faults');
});
afterEach(async () => {
  await db.client.query('DROP TABLE outbox; DROP PUBLICATION outbox');
  await db.advanceSlot();
  await db.close();
});
afterAll(() => infra.stop());

const names = (count: number): string[] => Array.from({ length: count }, (_, number) => `row-${number}`);

/** The checker: every committed row appeared, and first appearances follow the order of the commits. */
function violations(committed: readonly string[], published: readonly string[]): string[] {
  const first = [...new Set(published)];
  const lost = committed.filter((id) => !first.includes(id)).map((id) => `lost: ${id}`);
  const known = first.filter((id) => committed.includes(id));
  const inOrder = committed.filter((id) => known.includes(id));
  return known.join() === inOrder.join() ? lost : [...lost, 'out of order'];
}

describe('a reader that dies', () => {
  it.each([1, 7, 40, 99])('after %i rows of the backlog loses nothing', async (diesAfter) => {
    const ids = names(100);
    for (let at = 0; at < ids.length; at += 5) await db.insert(...ids.slice(at, at + 5));
    const durable: string[] = [];
    const revive = Promise.withResolvers<void>();
    revive.promise.catch(() => undefined); // cut off between two batches, nobody waits for it
    // Dies in the middle of a batch: some of its rows are at the broker, and nobody was told.
    const dying = db.read({
      publish: async (rows) => {
        for (const row of rows) {
          if (durable.length >= diesAfter) await revive.promise;
          durable.push(idOf(row));
        }
      },
    }, { limits: { batchRows: 8 } });
    await eventually(() => durable.length >= diesAfter);
    await db.cutReader();
    await eventually(async () => (await db.walSenderPid()) === null);
    const next = new RecordingSink();
    const successor = db.read(next);
    await eventually(() => next.ids.includes('row-99'));
    await successor.stop();
    expect(violations(ids, [...durable, ...next.ids])).toEqual([]);
    revive.reject(new Error('the end of the test'));
    await dying.stop();
  });

  it('and had acknowledged early would be found out (negative control)', async () => {
    const ids = names(20);
    const durable: string[] = [];
    // Says "durable" at once, and would have written a second later.
    const early = db.read({ publish: () => Promise.resolve() });
    await db.insert(...ids);
    const written = await db.currentLsn();
    await eventually(async () => (await db.confirmedLsn()) >= written);
    await early.stop();
    const next = new RecordingSink();
    const successor = db.read(next);
    await db.insert('row-20');
    await eventually(() => next.ids.includes('row-20'));
    await successor.stop();
    expect(violations([...ids, 'row-20'], [...durable, ...next.ids])).toHaveLength(20);
  });
});

describe('a reader whose connection breaks', () => {
  it('goes on where it was, and publishes nothing old after something new', async () => {
    let slow = true;
    const log: string[] = [];
    const sink = new RecordingSink(async (rows) => {
      log.push(`begin ${rows.length}`);
      if (slow) await sleep(300);
      log.push('end');
    });
    const reader = db.read(sink);
    await db.insert(...names(10));
    await eventually(() => sink.inFlight === 1);
    await db.cutReader();
    await sleep(200); // reconnecting would take less
    expect(reader.stats().state).not.toBe('standby');
    slow = false;
    await db.insert('row-10');
    await eventually(() => sink.ids.includes('row-10'));
    expect(sink.mostInFlight).toBe(1);
    expect(violations(names(11), sink.ids)).toEqual([]);
    expect(reader.stats().connectionsLost).toBe(1);
    await reader.stop();
  });

  it('survives one cut after the other under load', async () => {
    const sink = new RecordingSink();
    const reader = db.read(sink);
    const ids = names(600);
    for (const [number, id] of ids.entries()) {
      await db.insert(id);
      if (number % 150 !== 149) continue;
      await eventually(() => reader.stats().state === 'streaming');
      await db.cutReader();
    }
    await eventually(() => sink.ids.includes('row-599'));
    expect(violations(ids, sink.ids)).toEqual([]);
    await eventually(() => reader.stats().connectionsLost === 4);
    await reader.stop();
  });

  it('waits for a server that is killed and comes back', async () => {
    const sink = new RecordingSink();
    const reader = db.read(sink);
    await db.insert('before');
    await eventually(() => sink.ids.includes('before'));
    await db.close();
    await infra.process('postgres').kill();
    await sleep(500);
    expect(reader.stats().state).toBe('connecting');
    await infra.process('postgres').start();
    const owner = await db.connect();
    await owner.query(`INSERT INTO outbox (aggregateid) VALUES ('after')`);
    await eventually(() => sink.ids.includes('after'));
    await reader.stop(); // first: a reader whose publication goes halts, as it must
    await owner.query('DROP TABLE outbox; DROP PUBLICATION outbox');
    await owner.end();
    db = await OutboxDatabase.open(infra.postgres, 'faults');
  });
});

describe('a server', () => {
  it('that is frozen is given up within the time-outs of the queries, and read again when it goes on', async () => {
    const { promise: frozen, resolve: onFrozen } = Promise.withResolvers<void>();
    const sink = new RecordingSink(() => frozen);
    const reader = db.read(sink);
    await db.insert('before');
    await eventually(() => sink.inFlight === 1 && reader.stats().lastHeartbeatAt !== null);
    await infra.process('postgres').pause();
    onFrozen(); // durable now, so the reader asks the server whether it may be confirmed
    const givenUp = await eventually(() => reader.stats().state === 'connecting', 20_000).then(() => true, () => false);
    await infra.process('postgres').resume();
    expect(givenUp).toBe(true);
    await db.insert('after');
    await eventually(() => sink.ids.includes('after'), 15_000);
    expect(violations(['before', 'after'], sink.ids)).toEqual([]);
    await reader.stop();
  });

  it('that is frozen does not keep the reader from stopping', async () => {
    const reader = db.read(new RecordingSink(), { heartbeatIntervalMs: 50 });
    await eventually(() => reader.stats().lastHeartbeatAt !== null);
    await infra.process('postgres').pause();
    await sleep(200);
    const stopped = reader.stop();
    const outcome = await Promise.race([stopped.then(() => 'stopped'), sleep(8_000)]);
    await infra.process('postgres').resume();
    expect(outcome).toBe('stopped');
  });

  it('that shuts down is not kept waiting for confirmations that can no longer be checked', async () => {
    const reader = db.read(new RecordingSink(), { heartbeatIntervalMs: 50 });
    await eventually(() => reader.stats().lastHeartbeatAt !== null);
    await db.insert('row-0');
    await db.close();
    const startedAt = Date.now();
    await infra.process('postgres').stop();
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    await infra.process('postgres').start();
    await reader.stop();
    const owner = await db.connect();
    await owner.query('DROP TABLE outbox; DROP PUBLICATION outbox');
    await owner.end();
    db = await OutboxDatabase.open(infra.postgres, 'faults');
  });
});

describe('a sink that fails', () => {
  it('is given the same rows again, and nothing is confirmed meanwhile', async () => {
    let failing = true;
    const sink = new RecordingSink(() => (failing ? Promise.reject(new Error('broker away')) : undefined));
    const reader = db.read(sink);
    const before = await db.confirmedLsn();
    await db.insert('row-0');
    const written = await db.currentLsn();
    await eventually(() => reader.stats().publishRetries >= 2);
    await db.insert('row-1');
    expect(reader.stats().publishFailingSince).not.toBeNull();
    expect(await db.confirmedLsn()).toBeLessThan(written);
    expect(await db.confirmedLsn()).toBeGreaterThanOrEqual(before);
    failing = false;
    await eventually(() => sink.ids.length >= 2);
    expect(sink.ids).toEqual(['row-0', 'row-1']);
    expect(reader.stats().publishFailingSince).toBeNull();
    await reader.stop();
  });

  it('for good halts the reader; what it did not take comes again', async () => {
    const refusing = db.read(new RecordingSink(() => Promise.reject(new PermanentSinkError('record too large'))));
    await db.insert('row-0');
    await expect(refusing.done).rejects.toThrow('record too large');
    expect(refusing.stats().state).toBe('halted');
    const impatient = db.read(new RecordingSink(() => Promise.reject(new Error('away'))), { publishPatienceMs: 200 });
    await expect(impatient.done).rejects.toMatchObject({ code: 'CDC_SINK_UNAVAILABLE' });
    const sink = new RecordingSink();
    const next = db.read(sink);
    await eventually(() => sink.ids.length >= 1);
    expect(sink.ids).toEqual(['row-0']);
    await next.stop();
  });
});

describe('a publication that sends more than inserts', () => {
  it('halts the reader when such a change arrives, naming it', async () => {
    await db.client.query(`ALTER PUBLICATION outbox SET (publish = 'insert, update')`);
    await db.advanceSlot();
    const sink = new RecordingSink();
    const reader = db.read(sink);
    await db.insert('row-0');
    await db.client.query(`UPDATE outbox SET type = 'changed'`);
    const error = await reader.done.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnexpectedOperationError);
    expect(error).toHaveProperty('message', expect.stringContaining('an UPDATE of public.outbox'));
  });
});
