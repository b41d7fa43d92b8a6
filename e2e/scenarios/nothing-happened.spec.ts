import { idClockRollback } from './id-clock-rollback.ts';
import { type Leaver, postsGoWithTheirAuthors } from './world/authors.ts';
import type { World } from './world/world.ts';

/*
 * A promise of which nothing was asked is not kept: such a run has to fail.
 */

const leaver = (status: number): Leaver => ({ member: { id: 'mina', token: 't' }, postId: 'p', status, traceId: 'f' }) as Leaver;
const worldIn = (member: number, post: number): World =>
  ({
    platform: { member: () => Promise.resolve({ status: member }), post: () => Promise.resolve({ status: post }) },
    databases: { query: () => Promise.resolve([]) },
  }) as unknown as World;

it('nobody who wanted to withdraw has', async () => {
  await expect(postsGoWithTheirAuthors(worldIn(200, 200), [leaver(503), leaver(0)])).rejects.toThrow('Nobody has withdrawn: 503, 0 were the answers');
  expect(await postsGoWithTheirAuthors(worldIn(404, 404), [leaver(204)])).toEqual([]);
  expect(await postsGoWithTheirAuthors(worldIn(404, 200), [leaver(204)])).toHaveLength(1);
});

/** Posts get UUIDv7s by a clock that a fault may set back. */
function playClock({ isSetBack, naive }: { isSetBack: boolean; naive: boolean }): Promise<unknown> {
  let [time, posts, goesOn] = [1_795_000_000_000, 0, true];
  const publish = (): Promise<unknown> => {
    posts += 1;
    if (goesOn) time += 5;
    const hex = time.toString(16).padStart(12, '0');
    return Promise.resolve({ status: 201, headers: new Headers(), body: { id: `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String(posts).padStart(12, '0')}`, title: 't', createdAt: '' } });
  };
  const inject = (): Promise<void> => Promise.resolve(void (goesOn = !isSetBack));
  const world = { naive, note: () => undefined, newMembers: () => Promise.resolve([{ id: 'mina', token: 't' }]), platform: { publish }, lab: { inject } } as unknown as World;
  return idClockRollback().steps.reduce((before, step) => before.then(() => step.run(world)), Promise.resolve());
}

it('the clock that was to be set back goes on', async () => {
  await expect(playClock({ isSetBack: false, naive: false })).rejects.toThrow('The clock was not set back');
  await expect(playClock({ isSetBack: true, naive: false })).resolves.toBeUndefined();
  await expect(playClock({ isSetBack: false, naive: true })).resolves.toBeUndefined(); // random ids tell no time
});
