import type { Scenario } from '@madang/lab';
import { answeredIsDone, type Author, hiddenOnce, type Leaver, newAuthors, postsGoWithTheirAuthors, withdraw, withdrawInto } from './world/authors.ts';
import type { World } from './world/world.ts';

const AUTHORS = 8;
const SPREAD_MS = 400;

export function withdrawalUnderCrash(): Scenario<World> {
  let authors: Author[] = [];
  const leavers: Leaver[] = [];

  return {
    name: 'withdrawal-under-crash',
    title: { en: 'Withdrawal under crash', ko: '크래시 속의 탈퇴' },
    story: {
      en: 'Members withdraw while the services die under them: one right after its commit, the others on the way of the event. The event lies in the same commit as the withdrawal, so whatever dies, it comes through. A direct call from service to service dies with its caller.',
      ko: '서비스들이 죽어 가는 동안 회원들이 탈퇴한다. 하나는 커밋 직후에, 나머지는 이벤트가 지나는 길목에서 죽는다. 이벤트는 탈퇴와 같은 커밋 안에 있으므로 무엇이 죽어도 도착한다. 서비스 간 직접 호출은 호출자와 함께 죽는다.',
    },
    naive: { withdrawal: 'direct-call' },
    steps: [
      {
        name: 'publish',
        title: { en: 'Eight members publish a post each', ko: '회원 여덟 명이 글을 하나씩 올린다' },
        run: async (world) => {
          authors = await newAuthors(world, AUTHORS);
          world.note(`${authors.length} posts are on the board`);
        },
      },
      {
        name: 'die-after-commit',
        title: { en: 'One withdraws, and the member service dies right after the commit', ko: '한 명이 탈퇴하고, member 서비스가 커밋 직후에 죽는다' },
        run: async (world) => {
          const [first] = authors;
          if (!first) throw new Error('Nobody is there');
          leavers.push(await withdrawInto(world, first));
          const again = await world.platform.withdraw(first.member.token);
          world.note(`asked again it answers ${again.status}: ${again.status === 401 ? 'it had happened' : 'it had not happened before'}`, again);
        },
      },
      {
        name: 'die-on-the-way',
        title: { en: 'The others withdraw while log reader, relay and board are killed', ko: '나머지가 탈퇴하는 동안 로그 리더, 릴레이, board가 죽는다' },
        run: async (world) => {
          const leave = async (author: Author, index: number): Promise<void> => {
            await world.pause((index * SPREAD_MS) / AUTHORS);
            leavers.push(await withdraw(world, author));
          };
          const kill = async (process: string): Promise<void> => {
            await world.pause(world.random.between(0, SPREAD_MS));
            await world.lab.process(process, 'kill');
            world.note(`${process} is dead`);
          };
          await Promise.all([...authors.slice(1).map(leave), ...world.random.shuffled(['cdc', 'relay', 'board']).map(kill)]);
        },
      },
    ],
    invariants: [
      {
        name: 'posts-go-along',
        title: { en: 'Whoever has withdrawn has left no post behind, and nobody else has lost one', ko: '탈퇴한 회원의 글은 남지 않고, 다른 누구의 글도 사라지지 않는다' },
        check: (world) => postsGoWithTheirAuthors(world, leavers),
      },
      {
        name: 'answered-is-done',
        title: { en: 'A withdrawal that was answered 204 has happened', ko: '204로 답한 탈퇴는 실제로 일어났다' },
        check: (world) => answeredIsDone(world, leavers),
      },
      {
        name: 'hidden-once',
        title: { en: 'Each post was hidden once, however often the event came', ko: '이벤트가 몇 번 오든 글은 한 번만 숨겨진다' },
        check: (world) => hiddenOnce(world, authors),
      },
    ],
  };
}
