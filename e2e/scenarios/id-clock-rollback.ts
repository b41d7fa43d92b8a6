import type { BrokenPromise, Scenario } from '@madang/lab';
import { broken } from './world/broken.ts';
import { traceOf, type World } from './world/world.ts';

const EACH = 8;

interface Published {
  readonly id: string;
  readonly title: string;
  readonly createdAt: string;
  readonly traceId: string | undefined;
}

export function idClockRollback(): Scenario<World> {
  const published: Published[] = [];
  let author: { readonly id: string; readonly token: string } | undefined;

  const publish = async (world: World, count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      const answer = await world.platform.publish(author?.token ?? '', `Post ${published.length + 1}`);
      if (answer.status !== 201) throw new Error(`POST /posts answers ${answer.status}`);
      const { id, title, createdAt } = answer.body;
      published.push({ id, title, createdAt, traceId: traceOf(answer) });
    }
    world.note(`${published.length} posts; the last one is ${published.at(-1)?.id}`, published.at(-1)?.traceId);
  };

  return {
    name: 'id-clock-rollback',
    title: { en: 'A clock is set back', ko: '시계가 거꾸로 간다' },
    story: {
      en: 'Posts are listed by their ids, because a UUIDv7 begins with its time. In the midst of it the clock is set back by a minute. The generator goes on from the last time it knows, and the list stays in the order of writing. Random ids have no order to lose.',
      ko: 'UUIDv7은 시각으로 시작하므로 글 목록은 id 순서로 보인다. 그 와중에 시계가 1분 뒤로 돌아간다. 생성기는 자신이 아는 마지막 시각에서 이어 가고, 목록은 쓴 순서를 지킨다. 무작위 id에는 잃을 순서조차 없다.',
    },
    naive: { ids: 'uuidv4' },
    steps: [
      {
        name: 'publish',
        title: { en: 'Eight posts, one after the other', ko: '글 여덟 개를 차례로 올린다' },
        run: async (world) => {
          [author] = await world.newMembers(1);
          await publish(world, EACH);
        },
      },
      {
        name: 'set-back',
        title: { en: 'The clock is set back by a minute, and eight more follow', ko: '시계를 1분 뒤로 돌리고, 여덟 개를 더 올린다' },
        run: async (world) => {
          await world.lab.inject('clock-set-back');
          const before = published.at(-1)?.id ?? '';
          await publish(world, EACH);
          // A clock that goes on gives later times.
          if (!world.naive && timeIn(published.at(-1)?.id ?? '') > timeIn(before)) throw new Error('The clock was not set back: the ids of later posts have later times');
        },
      },
    ],
    invariants: [
      {
        name: 'newest-first',
        title: { en: 'The list has the posts in the order in which they were written', ko: '목록은 글을 쓴 순서대로 보인다' },
        check: async ({ platform }) => {
          const { body } = await platform.posts(`authorId=${author?.id}&limit=100`, { 'x-consistency-level': 'strong' });
          const listed = new Map(body.items.toReversed().map(({ id }, index) => [id, index]));
          return published.flatMap((post, index) => outOfOrder(post, published[index - 1], listed));
        },
      },
      {
        name: 'unique',
        title: { en: 'No id is given twice', ko: '같은 id는 두 번 나오지 않는다' },
        check: () => {
          const twice = [...Map.groupBy(published, ({ id }) => id).values()].filter(({ length }) => length > 1);
          return Promise.resolve(twice.map((posts) => broken(`${posts.length} posts have the id ${posts[0]?.id}`, posts)));
        },
      },
    ],
  };
}

/** Of a UUIDv7, in milliseconds since 1970. */
function timeIn(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

function outOfOrder(post: Published, before: Published | undefined, listed: ReadonlyMap<string, number>): BrokenPromise[] {
  const [place, earlier] = [listed.get(post.id), before && listed.get(before.id)];
  if (place === undefined) return [broken(`"${post.title}" is not in the list`, post, post.traceId)];
  if (!before || earlier === undefined || earlier < place) return [];
  return [broken(`"${post.title}" was written after "${before.title}" and is listed as older`, { before, after: post }, post.traceId)];
}
