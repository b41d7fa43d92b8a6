import type { BrokenPromise, Scenario } from '@madang/lab';
import { type Author, hiddenOnce, type Leaver, newAuthors, postsGoWithTheirAuthors, withdraw } from './world/authors.ts';
import { broken } from './world/broken.ts';
import type { World } from './world/world.ts';

const TOPIC = 'member.events.v1';
const AUTHORS = 4;

/** A dead letter, as the relay's desk shows it. */
interface Letter {
  readonly id: string;
  readonly state: string;
  readonly group: string;
  readonly code: string;
  readonly key: string;
  readonly offset: string;
}

/** A record that nobody can read, and how its letter tells so. */
interface Poison {
  readonly key: string;
  readonly value: string;
  readonly code: string;
}

export function poisonRecord(): Scenario<World> {
  let authors: Author[] = [];
  let poison: Poison[] = [];
  const leavers: Leaver[] = [];

  return {
    name: 'poison-record',
    title: { en: 'A poison record', ko: '독이 든 레코드' },
    story: {
      en: 'Somebody writes to the members’ topic what nobody can read, before real withdrawals of the same partitions; and each delivery comes twice, as Kafka may do at any time. What cannot be read becomes a dead letter with its cause, and what is behind it goes on; what comes twice stops at the inbox.',
      ko: '누군가 회원 토픽에, 같은 파티션의 진짜 탈퇴보다 앞서, 아무도 읽을 수 없는 것을 쓴다. 게다가 모든 배달이 두 번 온다. Kafka가 언제든 할 수 있는 일이다. 읽을 수 없는 것은 원인과 함께 데드 레터가 되고 그 뒤의 것은 계속된다. 두 번 온 것은 인박스에서 멈춘다.',
    },
    naive: { inbox: 'no-inbox' },
    steps: [
      {
        name: 'publish',
        title: { en: 'Four members publish a post each', ko: '회원 네 명이 글을 하나씩 올린다' },
        run: async (world) => {
          authors = await newAuthors(world, AUTHORS);
        },
      },
      {
        name: 'poison',
        title: { en: 'Somebody puts a record that nobody can read before each of their events', ko: '누군가 그들의 이벤트 앞마다 아무도 읽을 수 없는 레코드를 넣는다' },
        run: async (world) => {
          const kinds = [{ value: 'this is not JSON', code: 'not-json' }, { value: '{"memberId": 42}', code: 'invalid-payload' }];
          poison = authors.map(({ member }, index) => ({ key: member.id, ...(kinds[index % kinds.length] ?? { value: '', code: '' }) }));
          world.onEnd(() => sweep(world, poison));
          await world.topics.send(TOPIC, poison.map(({ key, value }) => ({ key, value, headers: asIfWithdrawn(key) })));
          world.note(`${poison.length} records lie on ${TOPIC} that nobody can read`);
        },
      },
      {
        name: 'withdraw-twice-told',
        title: { en: 'Every delivery comes twice, and all four withdraw', ko: '모든 배달이 두 번 오고, 네 명이 모두 탈퇴한다' },
        run: async (world) => {
          await world.lab.inject('deliveries-doubled');
          for (const author of authors) leavers.push(await withdraw(world, author));
          await world.until('all posts disappear', () => Promise.all(authors.map(({ postId }) => world.platform.post(postId))), (posts) => posts.every(({ status }) => status === 404));
          world.note('nobody waits behind the poison: all posts have disappeared');
        },
      },
    ],
    invariants: [
      {
        name: 'posts-go-along',
        title: { en: 'Nobody waits behind a record that cannot be read', ko: '읽을 수 없는 레코드 뒤에서 아무도 기다리지 않는다' },
        check: (world) => postsGoWithTheirAuthors(world, leavers),
      },
      {
        name: 'hidden-once',
        title: { en: 'A second delivery has no second effect', ko: '두 번 배달되어도 효과는 한 번뿐이다' },
        check: (world) => hiddenOnce(world, authors),
      },
      {
        name: 'remembered',
        title: { en: 'The board’s inbox remembers each withdrawal', ko: 'board의 인박스는 모든 탈퇴를 기억한다' },
        check: (world) => forgotten(world, leavers),
      },
      {
        name: 'kept-with-its-cause',
        title: { en: 'Each poison is kept as one dead letter of the board, with its cause; nothing else is', ko: '독마다 원인과 함께 board의 데드 레터 하나로 남고, 다른 것은 남지 않는다' },
        check: (world) => wrongLetters(world, poison),
      },
    ],
  };
}

/** That hiding twice does no harm is luck: what an event has done is known by the row that committed with it. */
async function forgotten({ databases }: World, leavers: readonly Leaver[]): Promise<BrokenPromise[]> {
  const events = await databases.query<{ id: string; member: string }>('member', `SELECT id, aggregateid AS member FROM outbox WHERE type = 'member.withdrawn' AND aggregateid = ANY($1)`, [leavers.map(({ member }) => member.id)]);
  const rows = await databases.query<{ id: string }>('board', 'SELECT message_id::text AS id FROM inbox WHERE message_id::text = ANY($1)', [events.map(({ id }) => id)]);
  const known = new Set(rows.map(({ id }) => id));
  return events.filter(({ id }) => !known.has(id)).map((event) => broken(`the withdrawal of ${event.member} has taken effect, and the board's inbox has no row of its event`, event, leavers.find(({ member }) => member.id === event.member)?.traceId));
}

async function wrongLetters(world: World, poison: readonly Poison[]): Promise<BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  for (const { key, code, value } of poison) {
    const ofBoard = async (): Promise<Letter[]> => (await openLetters(world, key)).filter(({ group }) => group === 'board');
    const letters = await world.until('the desk has read the letter', ofBoard, ({ length }) => length > 0, 10_000).catch(ofBoard);
    if (letters.length === 1 && letters[0]?.code === code) continue;
    found.push(broken(`the record "${value}" of ${key} has ${letters.length} letters (${letters.map((letter) => letter.code).join(', ') || 'none'}), where one is due, ${code}`, letters));
  }
  return found;
}

/** What was only played is no work for a person. */
async function sweep(world: World, poison: readonly Poison[]): Promise<void> {
  const { platform, ground } = world;
  for (const { key } of poison) {
    for (const { id } of await openLetters(world, key)) {
      await platform.call('POST', `${ground.addresses.relay}/dead-letters/${encodeURIComponent(id)}/discard`, { token: ground.adminToken, body: { reason: 'Played by the scenario poison-record', operator: 'scenario' } });
    }
  }
}

async function openLetters({ platform, ground }: World, key: string): Promise<readonly Letter[]> {
  const { status, body } = await platform.call<{ items: Letter[] }>('GET', `${ground.addresses.relay}/dead-letters?key=${key}&limit=100`, { token: ground.adminToken });
  if (status !== 200) throw new Error(`GET /dead-letters answers ${status}`);
  return body.items;
}

function asIfWithdrawn(memberId: string): Record<string, string> {
  return {
    ce_specversion: '1.0', ce_id: crypto.randomUUID(), ce_type: 'member.withdrawn', ce_source: '/member', ce_subject: memberId, ce_time: new Date().toISOString(),
    'content-type': 'application/json', aggregateversion: '2', schemaversion: '1',
  };
}
