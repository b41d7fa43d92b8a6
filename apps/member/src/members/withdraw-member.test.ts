import { Outbox, OutboxRow } from '@madang/outbox';
import { rowIds } from '@madang/service-kit';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { memberDatabase } from '../data-source';
import { RegisterMemberService } from './register-member.service';
import { WithdrawMemberService } from './withdraw-member.service';

let infra: Infra;
let database: DataSource;
let registration: RegisterMemberService;
let withdrawal: WithdrawMemberService;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['member'] } });
  database = await new DataSource({ ...memberDatabase(infra.postgres.url('member')), migrationsRun: true }).initialize();
  registration = new RegisterMemberService(database, new Outbox(), rowIds());
  withdrawal = new WithdrawMemberService(database, new Outbox());
});

afterAll(async () => {
  await database?.destroy();
  await infra?.stop();
});

async function register(email: string): Promise<string> {
  const member = await registration.register({ email, nickname: 'mina', password: 'correct horse battery' });
  if (!member) throw new Error(`${email} is taken`);
  return member.id;
}

const eventsOf = (memberId: string): Promise<OutboxRow[]> =>
  database.getRepository(OutboxRow).find({ where: { aggregateId: memberId }, order: { aggregateVersion: 'ASC' } });

describe('a registration', () => {
  it('is told once, with the member’s id and nothing personal', async () => {
    const id = await register('a@example.com');
    expect(await eventsOf(id)).toEqual([
      expect.objectContaining({ type: 'member.registered', aggregateVersion: 1, payload: { memberId: id } }),
    ]);
  });

  it('is refused, and told nobody, when the email is taken', async () => {
    await register('b@example.com');
    const before = await database.getRepository(OutboxRow).count();
    const again = registration.register({ email: 'b@example.com', nickname: 'x', password: 'correct horse battery' });
    await expect(again).resolves.toBeUndefined();
    expect(await database.getRepository(OutboxRow).count()).toBe(before);
  });
});

describe('a withdrawal', () => {
  it('erases the personal data and tells it, in one commit', async () => {
    const id = await register('c@example.com');
    await expect(withdrawal.withdraw(id)).resolves.toBe(true);
    const [row]: object[] = await database.query('SELECT * FROM member WHERE id = $1', [id]);
    expect(row).toMatchObject({ email: null, nickname: null, password_hash: null, withdrawn_at: expect.any(Date) });
    const events = await eventsOf(id);
    expect(events.map(({ type, aggregateVersion }) => [type, aggregateVersion])).toEqual([
      ['member.registered', 1],
      ['member.withdrawn', 2],
    ]);
    const [{ together } = { together: false }]: { together: boolean }[] = await database.query(
      `SELECT m.xmin = o.xmin AS together FROM member m JOIN outbox o ON o.aggregateid = m.id::text
       WHERE m.id = $1 AND o.type = 'member.withdrawn'`,
      [id],
    );
    expect(together).toBe(true);
  });

  it('happens once, however many requests ask for it at the same time', async () => {
    const id = await register('d@example.com');
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => withdrawal.withdraw(id)));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await eventsOf(id)).toHaveLength(2);
  });

  it('frees the email for a new member', async () => {
    await withdrawal.withdraw(await register('e@example.com'));
    await expect(register('e@example.com')).resolves.toMatch(/^[0-9a-f-]{36}$/);
  });

  it('leaves neither state nor event when the event cannot be written', async () => {
    const id = await register('f@example.com');
    const broken = new WithdrawMemberService(database, { publish: () => Promise.reject(new Error('killed here')) });
    await expect(broken.withdraw(id)).rejects.toThrow('killed here');
    const [row]: object[] = await database.query('SELECT * FROM member WHERE id = $1', [id]);
    expect(row).toMatchObject({ email: 'f@example.com', version: 1, withdrawn_at: null });
    expect(await eventsOf(id)).toHaveLength(1);
  });
});
