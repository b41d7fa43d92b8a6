import { randomUUID } from 'node:crypto';
import type { BrokenPromise, Scenario } from '@madang/lab';
import { broken } from './world/broken.ts';
import { type Read, read, where } from './world/reads.ts';
import type { TopicRecord } from './world/topics.ts';
import type { World } from './world/world.ts';

const POSTS = 12;

/** A read that has to find a post, and why. */
interface Attempt {
  readonly who: string;
  readonly postId: string;
  readonly token: string;
  readonly read: Read;
}

export function readYourWritesAcrossServices(): Scenario<World> {
  const own: Attempt[] = [];
  const reactions: Attempt[] = [];
  let authorId = '';

  /** By a session of its own each time: what it knows comes with the token alone. */
  const look = async (world: World, who: string, postId: string, token: string): Promise<Attempt> => {
    const headers = { 'x-consistency-id': randomUUID(), 'x-consistency-token': token };
    return { who, postId, token, read: await read(world, `/posts/${postId}`, headers) };
  };

  return {
    name: 'read-your-writes-across-services',
    title: { en: 'Read your writes, across services', ko: '서비스를 넘어 자기가 쓴 것 읽기' },
    story: {
      en: 'A post is published, and another service that hears of it reads it at once, from a replica that may be a second behind. The event carries a place in the log, and a reader who shows it is shown nothing older. To pin each reader to one replica keeps them from going back, but not from coming too early.',
      ko: '글이 올라오고, 그 소식을 들은 다른 서비스가 곧바로 그 글을 읽는다. 복제본은 1초 늦을 수 있다. 이벤트는 로그의 위치를 담고 있어서, 그것을 제시하는 독자에게는 더 오래된 것이 보이지 않는다. 독자를 복제본 하나에 고정하면 되돌아가지는 않지만, 너무 일찍 읽는 것은 막지 못한다.',
    },
    naive: { reads: 'pinned' },
    steps: [
      {
        name: 'lag',
        title: { en: 'replica-2 falls a second behind; a service listens to the board’s events', ko: 'replica-2가 1초 뒤처지고, 한 서비스가 board의 이벤트를 듣는다' },
        run: async (world) => {
          const hear = (record: TopicRecord): void => {
            const { postId, authorId: by } = JSON.parse(record.value) as { postId: string; authorId: string };
            if (record.headers['ce_type'] !== 'post.published' || by !== authorId) return;
            look(world, 'a service that heard of it', postId, record.headers['x-consistency-token'] ?? '').then((attempt) => reactions.push(attempt), () => undefined);
          };
          await world.topics.follow('board.events.v1', hear);
          await world.lab.inject('replica-2-lags');
        },
      },
      {
        name: 'publish',
        title: { en: 'Twelve posts; the author and the service read each at once', ko: '글 열두 개를 올리고, 작성자와 서비스가 각각 곧바로 읽는다' },
        run: async (world) => {
          const [author] = await world.newMembers(1);
          if (!author) throw new Error('Nobody is there');
          authorId = author.id;
          for (let index = 1; index <= POSTS; index += 1) {
            const published = await world.platform.publish(author.token, `Post ${index}`);
            own.push(await look(world, 'its author', published.body.id, published.headers.get('x-consistency-token') ?? ''));
          }
          await world.until('the service has heard of all posts', () => reactions.length, (count) => count === POSTS);
          const late = [...own, ...reactions].filter(({ read: { replica, reason } }) => replica !== 'replica-2' && reason !== 'pinned').length;
          world.note(`${own.length + reactions.length} reads, ${late} of them sent past their first choice`, reactions.at(-1)?.read.traceId ?? undefined);
        },
      },
    ],
    invariants: [
      {
        name: 'own-write',
        title: { en: 'An author finds what they have just written', ko: '작성자는 방금 쓴 글을 찾는다' },
        check: () => Promise.resolve(own.flatMap(missed)),
      },
      {
        name: 'others-write',
        title: { en: 'Whoever hears of a post finds it', ko: '글의 소식을 들은 서비스는 그 글을 찾는다' },
        check: () => Promise.resolve(reactions.flatMap(missed)),
      },
    ],
  };
}

function missed({ who, postId, token, read: answer }: Attempt): BrokenPromise[] {
  if (answer.status === 200) return [];
  const what = `${who} asked for the post ${postId} with its token, and was answered ${answer.status} by ${answer.replica}`;
  return [broken(what, { token, answer: where(answer) }, answer.traceId)];
}
