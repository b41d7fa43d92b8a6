import type { BrokenPromise, Scenario } from '@madang/lab';
import type { Member } from '../platform-client.ts';
import { broken } from './world/broken.ts';
import { connect, type Heard, heardIn, newRoom, traceOfMessage } from './world/chat.ts';
import type { World } from './world/world.ts';

const ROOMS = 5;
/** The rule warns a room once a minute: each hit has a room of its own. */
const RULE = 'phone-number';
const HITS = ['제 번호는 공일공 일이삼사 오육칠팔', 'call me on 010-1234-5678', '010 8765 4321 로 연락 주세요', 'oh one oh, no: 010.2468.1357'];
const INNOCENT = ['hello', '공원에서 만나요', 'the walk begins at seven'];

interface Said {
  readonly roomId: string;
  readonly text: string;
  readonly id: string;
}

export function keywordWarning(): Scenario<World> {
  const hits: Said[] = [];
  const innocent: Said[] = [];
  let mina: Member | undefined;
  let rooms: string[] = [];
  let say = (_roomId: string, _text: string): Promise<Said> => Promise.reject(new Error('Nobody is connected'));

  const sayHit = async (world: World, roomId: string | undefined): Promise<void> => {
    hits.push(await say(roomId ?? '', world.random.pick(HITS) ?? ''));
  };

  return {
    name: 'keyword-warning',
    title: { en: 'A warning for each telephone number', ko: '전화번호마다 경고 하나' },
    story: {
      en: 'Whoever says a telephone number in a room is warned there, exactly once, whatever dies in between. The moderator reads what has been said from the log, and its command has an id that follows from message and rule. A chat node that checks keywords by itself forgets the warning when it dies after the answer.',
      ko: '방에서 전화번호를 말하면, 그 사이 무엇이 죽어도 정확히 한 번 경고를 받는다. 모더레이터는 로그에서 대화를 읽고, 그 명령의 id는 메시지와 규칙에서 나온다. 스스로 키워드를 검사하는 채팅 노드는 답한 뒤에 죽으면 경고를 잊는다.',
    },
    naive: { moderation: 'in-chat' },
    steps: [
      {
        name: 'talk',
        title: { en: 'Mina talks in five rooms, of nothing forbidden', ko: '미나가 방 다섯 곳에서 문제없는 이야기를 한다' },
        run: async (world) => {
          await checkRule(world);
          const [member = missing()] = await world.newMembers(1);
          mina = member;
          rooms = await Promise.all(Array.from({ length: ROOMS }, (_, index) => newRoom(world, member, `Walks ${index + 1}`)));
          const chat = connect(world, member);
          say = async (roomId, text) => ({ roomId, text, id: (await chat.room(roomId, { afterSeq: 0 }).send(text)).id });
          innocent.push(...(await Promise.all(rooms.map((roomId) => say(roomId, world.random.pick(INNOCENT) ?? '')))));
        },
      },
      {
        name: 'say-a-number',
        title: { en: 'She says a telephone number, and is warned', ko: '전화번호를 말하고 경고를 받는다' },
        run: async (world) => {
          await sayHit(world, rooms[0]);
          const said = performance.now();
          const warned = await world.until('the warning comes', () => heardIn(world, rooms.slice(0, 1)), (heard) => heard.some(({ kind }) => kind === 'system'));
          world.note(`warned after ${Math.round(performance.now() - said)} ms: ${warned.at(-1)?.text}`, await traceOfMessage(world, { roomId: rooms[0] ?? '', id: hits[0]?.id ?? '' }));
        },
      },
      {
        name: 'node-dies',
        title: { en: 'She says another one at the second node, which dies right after it has answered', ko: '두 번째 노드에서 또 하나를 말하고, 그 노드는 답하자마자 죽는다' },
        run: async (world) => {
          const [roomId = ''] = rooms.slice(1);
          await world.lab.inject('chat-dies-after-answer');
          const room = connect(world, mina ?? missing(), world.ground.chatNodes[1]).room(roomId, { afterSeq: 0 });
          const text = world.random.pick(HITS) ?? '';
          const { id } = await room.send(text);
          hits.push({ roomId, text, id });
          world.note('answered, and the node is dead', await traceOfMessage(world, { roomId, id }));
          await world.pause(200); // until it really is
          await world.recovered('chat-2');
        },
      },
      {
        name: 'moderator-dies',
        title: { en: 'The moderator is killed while she says three more', ko: '세 번 더 말하는 동안 모더레이터가 죽는다' },
        run: async (world) => {
          await Promise.all([...rooms.slice(2).map((roomId) => sayHit(world, roomId)), world.lab.process('moderator', 'kill')]);
          world.note('the moderator is dead; talking goes on');
        },
      },
    ],
    invariants: [
      {
        name: 'one-warning-a-hit',
        title: { en: 'Each telephone number is answered by exactly one warning', ko: '전화번호마다 정확히 한 번 경고한다' },
        check: (world) => wronglyWarned(world, rooms, hits, 1),
      },
      {
        name: 'no-false-warning',
        title: { en: 'Nobody is warned who has said nothing forbidden', ko: '문제없는 말에는 경고하지 않는다' },
        check: async (world) => [...(await wronglyWarned(world, rooms, innocent, 0)), ...(await unasked(world, rooms, [...hits, ...innocent]))],
      },
      {
        name: 'acknowledged-is-there',
        title: { en: 'What was acknowledged is there, once', ko: '확인된 메시지는 한 번 남아 있다' },
        check: async (world) => {
          const heard = Map.groupBy(await heardIn(world, rooms), ({ id }) => id);
          return [...hits, ...innocent].filter(({ id, text }) => heard.get(id)?.length !== 1 || heard.get(id)?.[0]?.text !== text).map((said) => broken(`"${said.text}" was acknowledged, and is ${heard.get(said.id)?.length ?? 0} times in its room`, { said, heard: heard.get(said.id) ?? [] }));
        },
      },
    ],
  };
}

async function wronglyWarned(world: World, rooms: readonly string[], said: readonly Said[], expected: number): Promise<BrokenPromise[]> {
  const warnings: Map<string | null, Heard[]> = Map.groupBy((await heardIn(world, rooms)).filter(({ kind }) => kind === 'system'), ({ triggerMessageId }) => triggerMessageId);
  const wrong = said.filter(({ id }) => (warnings.get(id)?.length ?? 0) !== expected);
  return Promise.all(
    wrong.map(async (message) => {
      const got = warnings.get(message.id) ?? [];
      return broken(`"${message.text}" has ${got.length} warnings, not ${expected}`, { message, warnings: got }, await traceOfMessage(world, message));
    }),
  );
}

/** Warnings of nothing that was said here. */
async function unasked(world: World, rooms: readonly string[], said: readonly Said[]): Promise<BrokenPromise[]> {
  const known = new Set<string | null>(said.map(({ id }) => id));
  const warnings = (await heardIn(world, rooms)).filter(({ kind, triggerMessageId }) => kind === 'system' && !known.has(triggerMessageId));
  return warnings.map((warning) => broken(`the warning ${warning.seq} of a room belongs to no message that was said there`, warning));
}

function missing(): never {
  throw new Error('Nobody is there');
}

/** Somebody may have changed the rules of this sandbox: then it is not the warnings that are wrong. */
async function checkRule({ platform, ground }: World): Promise<void> {
  const { body } = await platform.call<{ rules: { id: string; mode: string }[] }>('GET', `${ground.addresses.moderator}/keyword-rules`, { token: ground.adminToken });
  if (body.rules.find(({ id }) => id === RULE)?.mode !== 'live') throw new Error(`The keyword rule "${RULE}" is not live here: PUT /keyword-rules on the moderator brings it back.`);
}
