import type { BrokenPromise, Scenario } from '@madang/lab';
import { type Author, type Leaver, newAuthors, postsGoWithTheirAuthors, withdraw, withdrawInto } from './world/authors.ts';
import { broken } from './world/broken.ts';
import type { TopicRecord } from './world/topics.ts';
import type { World } from './world/world.ts';

const TOPIC = 'member.events.v1';

export function dualWriteLosesIt(): Scenario<World> {
  let authors: Author[] = [];
  const leavers: Leaver[] = [];
  const records: TopicRecord[] = [];

  const dieInTheGap = async (world: World, author: Author | undefined): Promise<void> => {
    if (!author) throw new Error('Nobody is there');
    leavers.push(await withdrawInto(world, author));
    for (const { id } of world.lab.active) await world.lab.revert(id);
  };

  return {
    name: 'dual-write-loses-it',
    title: { en: 'Dual write loses it', ko: '이중 쓰기는 잃어버린다' },
    story: {
      en: 'Commit, then send: on a good day a dual write to database and broker looks as good as an outbox. Between the two lies a gap, and a process that dies in it leaves a withdrawal that nobody will ever hear of. With the outbox there is no gap: what has committed is in the log.',
      ko: '커밋하고, 그다음 보낸다. 평소에는 데이터베이스와 브로커에 따로 쓰는 것도 아웃박스만큼 좋아 보인다. 둘 사이에는 틈이 있고, 그 틈에서 프로세스가 죽으면 아무도 듣지 못할 탈퇴가 남는다. 아웃박스에는 틈이 없다. 커밋된 것은 로그에 있다.',
    },
    naive: { withdrawal: 'dual-write' },
    steps: [
      {
        name: 'publish',
        title: { en: 'Four members publish a post each; somebody listens to the topic', ko: '회원 네 명이 글을 하나씩 올리고, 누군가 토픽을 듣는다' },
        run: async (world) => {
          await world.topics.follow(TOPIC, (record) => records.push(record));
          authors = await newAuthors(world, 4);
        },
      },
      {
        name: 'good-day',
        title: { en: 'On a good day two of them withdraw, and both ways work', ko: '평온한 날 두 명이 탈퇴한다. 두 방식 모두 잘 된다' },
        run: async (world) => {
          for (const author of authors.slice(0, 2)) leavers.push(await withdraw(world, author));
          await world.until('both posts disappear', () => Promise.all(authors.slice(0, 2).map(({ postId }) => world.platform.post(postId))), (posts) => posts.every(({ status }) => status === 404));
          world.note('both posts have disappeared');
        },
      },
      {
        name: 'die-in-the-gap',
        title: { en: 'Twice the member service dies between commit and whatever comes after it', ko: 'member 서비스가 커밋과 그다음 일 사이에서 두 번 죽는다' },
        run: async (world) => {
          for (const author of authors.slice(2)) await dieInTheGap(world, author);
        },
      },
    ],
    invariants: [
      {
        name: 'told-once',
        title: { en: 'Each withdrawal that has committed was told on the topic, as one event', ko: '커밋된 탈퇴는 모두 토픽에 하나의 이벤트로 알려졌다' },
        check: (world) => toldOnce(world, leavers, records),
      },
      {
        name: 'posts-go-along',
        title: { en: 'Whoever has withdrawn has left no post behind', ko: '탈퇴한 회원의 글은 남지 않는다' },
        check: (world) => postsGoWithTheirAuthors(world, leavers),
      },
    ],
  };
}

/** What the database says and what the log says are the same. */
async function toldOnce({ databases }: World, leavers: readonly Leaver[], records: readonly TopicRecord[]): Promise<BrokenPromise[]> {
  const rows = await databases.query<{ id: string; version: number; withdrawn: string | null }>(
    'member',
    'SELECT id, version, withdrawn_at::text AS withdrawn FROM member WHERE id = ANY($1)',
    [leavers.map(({ member }) => member.id)],
  );
  return rows.flatMap((row) => {
    const told = records.filter(({ key, headers }) => key === row.id && headers['ce_type'] === 'member.withdrawn');
    const events = new Set(told.map(({ headers }) => headers['ce_id']));
    if (events.size === (row.withdrawn === null ? 0 : 1)) return [];
    const state = row.withdrawn === null ? 'has not withdrawn' : `withdrew at ${row.withdrawn}`;
    const leaver = leavers.find(({ member }) => member.id === row.id);
    return broken(`${row.id} ${state}, and ${TOPIC} holds ${events.size} events of it`, { row, records: told }, leaver?.traceId);
  });
}
