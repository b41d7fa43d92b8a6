import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../infra/core/user-facing-error.ts';
import { until } from '../until.ts';
import type { ComposeStage } from './compose-stage.ts';

const PATIENCE_MS = 90_000;
/** Members who come, publish and withdraw, one after the other, in each of so many rows. */
const ROWS = 2;
const PAUSE_MS = 300;

interface Gone {
  readonly memberId: string;
  readonly postId: string;
}

/** Every container ends and begins again in the midst of withdrawals, which ask again until they have their answer. */
export function restartScenarios(stage: ComposeStage, containers: readonly string[]): void {
  /** Calls that were not answered as asked, while that container was away. */
  const hits = new Map<string, number>();
  let away = '';

  it('is stopped and started, container by container, takes no other along, and whoever withdraws meanwhile is gone, once', async () => {
    const gone: Gone[] = [];
    expect({ before: await ended() }).toEqual({ before: [] });
    for (const name of containers) {
      away = name;
      const over = new AbortController();
      const rows = Array.from({ length: ROWS }, async () => {
        while (!over.signal.aborted) {
          gone.push(await comeAndLeave());
          await sleep(PAUSE_MS);
        }
      });
      const process = stage.running.process(name);
      const restart = async (): Promise<void> => {
        try {
          await process.stop();
          await process.start();
        } finally {
          over.abort();
        }
      };
      const failed = (await Promise.allSettled([restart(), ...rows])).find((each) => each.status === 'rejected');
      if (failed) throw new Error(`${name} was stopped and started (others that ended: ${JSON.stringify(await ended().catch(messageOf))}): ${messageOf(failed.reason)}`);
      expect({ away: name, ended: await ended() }).toEqual({ away: name, ended: [] });
      await until(unwell, (names) => names.length === 0, PATIENCE_MS);
    }
    expect({ after: await ended() }).toEqual({ after: [] });
    // What writes was really away: else all this was before or after it.
    for (const name of ['member', 'postgres'].filter((each) => containers.includes(each))) expect({ name, isHit: (hits.get(name) ?? 0) > 0 }).toEqual({ name, isHit: true });
    await expectGoneOnce(gone);
  }, 900_000);

  async function comeAndLeave(): Promise<Gone> {
    const { platform } = stage;
    const member = await insist(() => platform.newMember(), () => true);
    const { body } = await insist(() => platform.publish(member.token), ({ status }) => status === 201);
    // 401: an answer was lost, and the withdrawal is not.
    await insist(() => platform.withdraw(member.token), ({ status }) => [204, 401].includes(status));
    await until(() => platform.post(body.id), ({ status }) => status === 404, PATIENCE_MS);
    return { memberId: member.id, postId: body.id };
  }

  /** Whoever has not outlived another's absence, and was started again by the engine. */
  const ended = () => stage.running.project.restarted();

  /** Whoever does not hear from Kafka any more has not ended, and is not well. */
  async function unwell(): Promise<string[]> {
    return (await stage.running.project.containers()).filter(({ health = 'healthy' }) => health !== 'healthy').map(({ service }) => service);
  }

  function insist<T>(call: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
    const missed = (): void => void hits.set(away, (hits.get(away) ?? 0) + 1);
    const counted = async (): Promise<T> => {
      const answer = await call().catch((error: unknown) => {
        missed();
        throw error;
      });
      if (!holds(answer)) missed();
      return answer;
    };
    return until(counted, holds, PATIENCE_MS);
  }

  async function expectGoneOnce(gone: readonly Gone[]): Promise<void> {
    const { witness } = stage;
    const memberIds = gone.map(({ memberId }) => memberId);
    const told = await witness.query<{ id: string; memberId: string }>('member', `SELECT id, aggregateid AS "memberId" FROM outbox WHERE type = 'member.withdrawn' AND aggregateid = ANY($1)`, [memberIds]);
    expect(told.map(({ memberId }) => memberId).toSorted()).toEqual(memberIds.toSorted());
    expect(await witness.query('board', 'SELECT FROM inbox WHERE message_id = ANY($1)', [told.map(({ id }) => id)])).toHaveLength(gone.length);
    expect(await witness.query('board', `SELECT FROM outbox WHERE type = 'post.hidden' AND aggregateid = ANY($1)`, [gone.map(({ postId }) => postId)])).toHaveLength(gone.length);
    expect(await witness.deadLetters()).toBe(0);
  }
}
