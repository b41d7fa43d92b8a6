import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { CreateInbox1764000000002, Inbox, IndexInbox1764000000004 } from '../src/index';
import { MaintainedOutbox, metric, RETENTION } from './maintained-outbox';

let infra: Infra;
let db: MaintainedOutbox;

beforeAll(async () => {
  Logger.overrideLogger(false);
  infra = await startInfra({ postgres: { databases: ['board', 'inbox_only'] } });
});
afterEach(() => db.close());
afterAll(() => infra?.stop());

async function remembered(consumer = db.name): Promise<number> {
  const rows: { count: number }[] = await db.database.query('SELECT count(*)::integer AS count FROM inbox WHERE consumer = $1', [consumer]);
  return rows[0]?.count ?? 0;
}

const remember = (consumer: string, rows: number): Promise<unknown> =>
  db.database.query('INSERT INTO inbox SELECT $1, gen_random_uuid(), $2::timestamptz FROM generate_series(1, $3::integer)', [consumer, db.at(0), rows]);

describe('the inbox', () => {
  it('forgets a message after its retention and not before, in batches, and never another consumer’s', async () => {
    db = await MaintainedOutbox.open(infra.postgres, 'board');
    const inbox = new Inbox(db.database, 'board');
    const recent = randomUUID();
    await inbox.applyOnce(recent, () => Promise.resolve());
    await remember('board', 2_500);
    await remember('statistics', 10);
    const deleted = await metric('inbox_rows_deleted_total');

    await db.runAt(RETENTION.inboxDays - 1);
    expect(await remembered()).toBe(2_501);
    await db.database.query(`UPDATE inbox SET processed_at = $1 WHERE message_id = $2`, [db.at(20), recent]);
    const later = RETENTION.inboxDays + 1;
    // Several instances delete at the same time: none counts a row twice.
    await Promise.all([db.runAt(later), db.runAt(later), db.runAt(later)]);
    await db.runAt(later);
    expect(await remembered()).toBe(1);
    expect(await remembered('statistics')).toBe(10);
    expect(await metric('inbox_rows_deleted_total')).toBe(deleted + 2_500);
    await expect(inbox.applyOnce(recent, () => Promise.resolve())).resolves.toBe('duplicate');
  });

  it('is looked after without an outbox beside it', async () => {
    db = await MaintainedOutbox.open(infra.postgres, 'inbox_only', [CreateInbox1764000000002, IndexInbox1764000000004]);
    await remember('inbox_only', 5);
    const failures = await metric('outbox_maintenance_failures_total');
    const maintenance = db.maintenance(RETENTION.inboxDays + 1);
    await maintenance.start();
    await maintenance.onModuleDestroy();
    expect(await metric('outbox_maintenance_failures_total')).toBe(failures);
  });
});
