import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { repositoryRoot } from '../../infra/core/paths.ts';
import { deadLetters } from '../../infra/sandbox/commands/dead-letters.ts';
import type { Answer } from '../platform-client.ts';
import type { AnyStage } from '../stage.ts';
import { until } from '../until.ts';

const TOPIC = 'member.events.v1';

interface Letter {
  readonly id: string;
  readonly offset: string;
  readonly code: string;
  readonly cause: string;
  readonly group: string;
}

interface AuditEntry {
  readonly letter: string;
  readonly action: string;
  readonly by: string;
  readonly reason: string | null;
}

/**
 * An effect that cannot happen until somebody mends something, and what that somebody then does.
 * @param environment by which the command line finds the platform; containers have none
 */
export function deadLetterScenarios(stage: AnyStage, environment?: () => Record<string, string>): void {
  describe('a dead letter', () => {
    it('takes effect once it is mended and replayed, once and in the order of its key; another one is discarded', async () => {
      const { platform, witness } = stage;
      const member = await platform.newMember();
      const { body: post } = await platform.publish(member.token);
      await refuseWithdrawalOf(member.id);
      expect((await platform.withdraw(member.token)).status).toBe(204);
      await lettersOf(member.id, 1);
      const later = crypto.randomUUID();
      await send(member.id, JSON.stringify({ memberId: member.id }), withdrawnAgain(later, member.id));
      const [first, second] = await lettersOf(member.id, 2);
      expect([first, second]).toMatchObject([1, 2].map(() => ({ code: 'handler-failed', group: 'board', cause: expect.stringContaining('not now') })));
      expect((await platform.post(post.id)).status).toBe(200);

      expect(await desk('POST', `/${second?.id}/replay`, {})).toMatchObject({ status: 409, body: { code: 'earlier-letters-open' } });
      await mend();
      expect(await desk('POST', '/replay', { key: member.id, operator: 'e2e' })).toMatchObject({ status: 200, body: { replayed: 2, heldBack: 0, remaining: 0 } });
      await until(() => platform.post(post.id), ({ status }) => status === 404);

      const [withdrawal] = await witness.query<{ id: string }>('member', `SELECT id FROM outbox WHERE type = 'member.withdrawn' AND aggregateid = $1`, [member.id]);
      const inOrder = [withdrawal?.id, later];
      const applied = await until(
        () => witness.query<{ id: string }>('board', 'SELECT message_id AS id FROM inbox WHERE message_id = ANY($1) ORDER BY processed_at', [inOrder]),
        ({ length }) => length === 2,
      );
      expect(applied.map(({ id }) => id)).toEqual(inOrder);
      expect(await witness.query('board', `SELECT id FROM outbox WHERE type = 'post.hidden' AND aggregateid = $1`, [post.id])).toHaveLength(1);
      expect(await lettersOf(member.id, 0)).toEqual([]);
      expect(await trailOf(first?.id)).toMatchObject([{ action: 'replay-requested', by: 'e2e' }, { action: 'replayed', by: 'e2e' }]);
    }, 90_000);

    if (environment) it('is settled from the command line as well, and the audit trail tells who did it and why', async () => {
      const key = crypto.randomUUID();
      await send(key, 'this is not JSON', withdrawnAgain(crypto.randomUUID(), key));
      const [poison] = await lettersOf(key, 1);
      const id = poison?.id ?? '';
      const { stdout } = await promisify(execFile)(process.execPath, [join(repositoryRoot, 'infra/sandbox/cli.ts'), 'dead-letters', 'list'], { env: environment() });
      expect(stdout).toMatch(new RegExp(`^id +state[^]*${id} +open +${key} +not-json`));
      const command = (...words: readonly string[]) => printedBy(words, environment());
      expect(await command('show', id)).toContain('this is not JSON');
      expect(await command('discard', id, '--reason', 'typed by hand')).toBe(`Discarded ${id}.`);
      await expect(command('replay', id)).rejects.toThrow('Letter already discarded');
      expect(await command('audit', '--limit', '1')).toMatch(new RegExp(`discarded +${id} +typed by hand`));
      const discarded: unknown = JSON.parse(await command('list', '--state', 'discarded', '--json'));
      expect(discarded).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ id, state: 'discarded' })]) });
      expect(await trailOf(id)).toMatchObject([{ action: 'discarded', reason: 'typed by hand' }]);
    }, 60_000);

    it('is shown to administrators only, and does not make a service less ready', async () => {
      const { platform } = stage;
      expect((await platform.call('GET', `${platform.addresses.relay}/dead-letters`)).status).toBe(401);
      expect((await platform.call('GET', `${platform.addresses.relay}/dead-letters`, { token: 'x'.repeat(32) })).status).toBe(401);
      const ready = await until(() => platform.call('GET', `${platform.addresses.relay}/health/ready`), ({ status }) => status === 200);
      expect(ready.status).toBe(200);
    });
  });

  function desk<Body>(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer<Body>> {
    const token = stage.stack.sandbox.secrets.adminToken;
    return stage.platform.call(method, `${stage.platform.addresses.relay}/dead-letters${path}`, { token, ...(body ? { body } : {}) });
  }

  /** The board's: other groups have what nobody can read as well. */
  async function lettersOf(key: string, count: number): Promise<readonly Letter[]> {
    const { body } = await until(() => desk<{ items: Letter[] }>('GET', `?group=board&key=${key}`), (answer) => answer.status === 200 && answer.body.items.length === count);
    return body.items;
  }

  async function trailOf(id: string | undefined): Promise<readonly AuditEntry[]> {
    return (await desk<{ audit: AuditEntry[] }>('GET', `/${id}`)).body.audit;
  }

  /** An event of the key after the withdrawal, as a producer outside of the platform would send it. */
  function withdrawnAgain(id: string, memberId: string): Record<string, string> {
    return {
      ce_specversion: '1.0', ce_id: id, ce_type: 'member.withdrawn', ce_source: '/member', ce_subject: memberId, ce_time: new Date().toISOString(),
      'content-type': 'application/json', aggregateversion: '3', schemaversion: '1',
    };
  }

  async function send(key: string, value: string, headers: Record<string, string>): Promise<void> {
    const kafka = new Kafka({ brokers: [`127.0.0.1:${stage.stack.sandbox.ports.KAFKA_PORT}`], logLevel: logLevel.NOTHING });
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: TOPIC, messages: [{ key, value, headers }] });
    await producer.disconnect();
  }

  async function refuseWithdrawalOf(memberId: string): Promise<void> {
    await stage.witness.query('board', `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$`);
    await stage.witness.query(
      'board',
      `CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON author FOR EACH ROW WHEN (NEW.id = '${memberId}' AND NEW.withdrawn_at IS NOT NULL) EXECUTE FUNCTION refuse()`,
    );
  }

  async function mend(): Promise<void> {
    await stage.witness.query('board', 'DROP FUNCTION refuse CASCADE');
  }

  /** What the command prints; within this process, because one of its own costs a second. */
  async function printedBy(args: readonly string[], within: Record<string, string>): Promise<string> {
    const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      expect(await deadLetters(args, within)).toBe(0);
      return print.mock.calls.join('\n');
    } finally {
      print.mockRestore();
    }
  }
}
