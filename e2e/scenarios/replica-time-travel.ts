import type { BrokenPromise, Scenario } from '@madang/lab';
import { broken } from './world/broken.ts';
import { type Read, read, where } from './world/reads.ts';
import type { World } from './world/world.ts';

const READERS = 8;
const POSTS = 12;
/** Between two posts, and about as long between two reads of one reader: replica-2 is some posts behind all the time. */
const PACE_MS = 120;

interface Page {
  readonly items: readonly { readonly id: string; readonly title: string }[];
}

export function replicaTimeTravel(): Scenario<World> {
  const views = new Map<string, Read<Page>[]>();
  let authorId = '';

  const watch = async (world: World, reader: string, goesOn: () => boolean): Promise<void> => {
    const reads: Read<Page>[] = [];
    views.set(reader, reads);
    while (goesOn()) {
      const page = await read<Page>(world, `/posts?authorId=${authorId}&limit=100`, { 'x-consistency-id': reader });
      if (page.status !== 200) throw new Error(`GET /posts answers ${page.status}`);
      reads.push(page);
      await world.pause(PACE_MS * world.random.between(0.2, 0.8));
    }
  };

  return {
    name: 'replica-time-travel',
    title: { en: 'Replica time travel', ko: '복제본 시간 여행' },
    story: {
      en: 'One replica is a second behind the other. A reader who is sent now here, now there sees a post, then does not, then does: time goes back. Monotonic reads remember how far each reader has seen, not which server it was.',
      ko: '한 복제본이 다른 복제본보다 1초 늦다. 이리저리 보내지는 독자는 글을 보았다가, 못 보았다가, 다시 본다. 시간이 거꾸로 간다. 단조 읽기는 어느 서버였는지가 아니라 각 독자가 어디까지 보았는지를 기억한다.',
    },
    naive: { reads: 'random-replica' },
    steps: [
      {
        name: 'lag',
        title: { en: 'replica-2 falls a second behind', ko: 'replica-2가 1초 뒤처진다' },
        run: async (world) => {
          await world.lab.inject('replica-2-lags');
          world.note('replica-2 applies what it gets a second later');
        },
      },
      {
        name: 'read',
        title: { en: 'Eight readers read the list again and again, while post after post is published', ko: '글이 잇달아 올라오는 동안 독자 여덟 명이 목록을 거듭 읽는다' },
        run: async (world) => {
          const [author] = await world.newMembers(1);
          if (!author) throw new Error('Nobody is there');
          authorId = author.id;
          let publishing = true;
          const readers = Array.from({ length: READERS }, (_, index) => `reader-${index + 1}-${Math.floor(world.random.next() * 1e9)}`);
          const watching = Promise.all(readers.map((reader) => watch(world, reader, () => publishing)));
          const publish = async (): Promise<void> => {
            for (let index = 1; index <= POSTS; index += 1) {
              await world.platform.publish(author.token, `Post ${index}`);
              await world.pause(PACE_MS);
            }
            await world.pause(PACE_MS);
            publishing = false;
          };
          await Promise.all([publish().finally(() => (publishing = false)), watching]);
          const reads = [...views.values()].flat();
          const served = Map.groupBy(reads, ({ replica }) => replica ?? 'nobody knows');
          if (![...served.keys()].some((name) => name.startsWith('replica-'))) throw new Error(`No read was served by a replica, but by ${[...served.keys()].join(', ')}`);
          world.note(`${reads.length} reads, from ${[...served].map(([replica, each]) => `${replica}: ${each.length}`).join(', ')}`, reads.at(-1)?.traceId ?? undefined);
        },
      },
    ],
    invariants: [
      {
        name: 'never-back',
        title: { en: 'Nobody who has seen a post is shown a list without it', ko: '글을 본 독자에게 그 글이 없는 목록이 보이지 않는다' },
        check: () => Promise.resolve([...views].flatMap(([reader, reads]) => timeTravels(reader, reads))),
      },
      {
        name: 'all-in-the-end',
        title: { en: 'In the end each of them sees all posts', ko: '마지막에는 모두가 모든 글을 본다' },
        check: async (world) => {
          const last = await Promise.all([...views.keys()].map(async (reader) => ({ reader, page: await read<Page>(world, `/posts?authorId=${authorId}&limit=100`, { 'x-consistency-id': reader }) })));
          return last.filter(({ page }) => page.body.items.length !== POSTS).map(({ reader, page }) => broken(`${reader} sees ${page.body.items.length} of ${POSTS} posts`, where(page), page.traceId));
        },
      },
    ],
  };
}

/** Each read that lacks what the one before it showed. */
function timeTravels(reader: string, reads: readonly Read<Page>[]): BrokenPromise[] {
  return reads.flatMap((later, index) => {
    const earlier = reads[index - 1];
    const shown = new Set(later.body.items.map(({ id }) => id));
    const lost = earlier?.body.items.filter(({ id }) => !shown.has(id)) ?? [];
    if (!earlier || lost.length === 0) return [];
    const what = `${reader} saw "${lost[0]?.title}"${lost.length > 1 ? ` and ${lost.length - 1} more` : ''} at ${earlier.replica}, and then not, at ${later.replica}`;
    return [broken(what, { lost, earlier: where(earlier), later: where(later) }, later.traceId)];
  });
}
