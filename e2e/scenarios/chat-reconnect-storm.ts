import type { BrokenPromise, Scenario } from '@madang/lab';
import { broken } from './world/broken.ts';
import { connect, type Heard, heardIn, newRoom, traceOfMessage } from './world/chat.ts';
import { type Listener, naiveListener, numberedListener } from './world/listener.ts';
import type { World } from './world/world.ts';

const LISTENERS = 8;
const ROOMS = 2;
const STORMS = 2;
/** Of each talker, between an answer and the next message. */
const THINK_MS = 25;

/** Whoever counts notices by the next beat that something is missing; who does not, never. */
const CATCHES_UP_MS = 30_000;
const WAITS_IN_VAIN_MS = 3_000;

interface Acknowledged {
  readonly roomId: string;
  readonly clientMessageId: string;
  readonly text: string;
  readonly id: string;
  readonly seq: number;
}

export function chatReconnectStorm(): Scenario<World> {
  const said: Acknowledged[] = [];
  let rooms: string[] = [];
  let listeners: Listener[] = [];
  let talk = (_goesOn: () => boolean): Promise<unknown> => Promise.resolve();

  return {
    name: 'chat-reconnect-storm',
    title: { en: 'A storm of reconnects', ko: '재접속 폭풍' },
    story: {
      en: 'Two talk without a pause, eight listen at both nodes. Half of the listeners go at once and come back; a node dies in the midst of it. Each room is a numbered log, so whoever comes back asks for what follows their last number, and all have heard the same in the end. Naively played, the listeners take what comes for all there is.',
      ko: '두 명이 쉬지 않고 말하고, 여덟 명이 두 노드에서 듣는다. 듣는 이의 절반이 한꺼번에 나갔다 돌아오고, 그 와중에 노드 하나가 죽는다. 방은 번호가 매겨진 로그이므로 돌아온 이는 마지막 번호 다음을 물어보고, 결국 모두가 같은 것을 듣는다. 순진하게 하면, 듣는 이는 오는 것이 전부라고 믿는다.',
    },
    naive: { moderation: 'in-chat' },
    steps: [
      {
        name: 'gather',
        title: { en: 'Two talkers and eight listeners enter two rooms', ko: '말하는 두 명과 듣는 여덟 명이 방 두 곳에 들어간다' },
        run: async (world) => {
          const members = await world.newMembers(4);
          const [mina, jun] = members;
          if (!mina || !jun) throw new Error('Nobody is there');
          rooms = await Promise.all(Array.from({ length: ROOMS }, (_, index) => newRoom(world, mina, `Storm ${index + 1}`)));
          listeners = Array.from({ length: LISTENERS }, (_, index) => {
            const [name, member] = [`listener ${index + 1}`, members[index % members.length] ?? mina];
            return world.naive ? naiveListener(world, name, member, rooms, world.ground.chatNodes[index % 2] ?? '') : numberedListener(world, name, member, rooms);
          });
          await Promise.all(listeners.map((listener) => listener.come()));
          const talkers = [mina, jun].map((member, index) => ({ chat: connect(world, member), name: index === 0 ? 'mina' : 'jun' }));
          talk = (goesOn) => Promise.all(talkers.map(({ chat, name }) => keepTalking(world, chat, name, rooms, said, goesOn)));
        },
      },
      {
        name: 'storm',
        title: { en: 'Half of them go at once and come back, twice; a node dies meanwhile', ko: '절반이 한꺼번에 나갔다 돌아오기를 두 번, 그 사이 노드 하나가 죽는다' },
        run: async (world) => {
          let storming = true;
          const talking = talk(() => storming);
          const storm = async (): Promise<void> => {
            for (let index = 0; index < STORMS; index += 1) {
              await world.pause(world.random.between(200, 400));
              const gone = world.random.shuffled(listeners).slice(0, LISTENERS / 2);
              for (const listener of gone) listener.go();
              world.note(`${gone.length} listeners are gone, all at once`);
              if (index === 0) await world.lab.process('chat-2', 'kill').then(() => world.note('chat-2 is dead'));
              await world.pause(world.random.between(150, 300));
              await Promise.all(gone.map((listener) => listener.come()));
            }
            await world.pause(300);
          };
          await Promise.all([storm().finally(() => (storming = false)), talking]);
          if (said.length === 0) throw new Error('Nothing was said and acknowledged: there is nothing to be heard');
          world.note(`${said.length} messages were said and acknowledged`);
        },
      },
      {
        name: 'catch-up',
        title: { en: 'All who are there hear the rest', ko: '남아 있는 모두가 나머지를 듣는다' },
        run: async (world) => {
          const heard = Map.groupBy(await heardIn(world, rooms), ({ roomId }) => roomId);
          const all = (): boolean => listeners.every((listener) => rooms.every((roomId) => (listener.shownIn(roomId).at(-1)?.seq ?? 0) >= (heard.get(roomId)?.at(-1)?.seq ?? 0)));
          await world.until('all have heard the last message', all, (done) => done, world.naive ? WAITS_IN_VAIN_MS : CATCHES_UP_MS).catch(() => world.note('some have not heard the last message'));
        },
      },
    ],
    invariants: [
      {
        name: 'one-order',
        title: { en: 'Each listener has heard every message of a room, once, in its one order', ko: '듣는 이마다 방의 모든 메시지를 한 번씩, 하나의 순서로 들었다' },
        check: async (world) => {
          const heard = Map.groupBy(await heardIn(world, rooms), ({ roomId }) => roomId);
          const wrong = listeners.flatMap((listener) => rooms.flatMap((roomId) => misheard(listener, roomId, heard.get(roomId) ?? [])));
          return Promise.all(wrong.map(async ({ what, evidence, missing }) => broken(what, evidence, missing && (await traceOfMessage(world, missing)))));
        },
      },
      {
        name: 'acknowledged-is-there',
        title: { en: 'What was acknowledged is there, once, under its number', ko: '확인된 메시지는 그 번호로 한 번 남아 있다' },
        check: async (world) => {
          const heard = Map.groupBy(await heardIn(world, rooms), ({ clientMessageId }) => clientMessageId);
          const wrong = said.filter(({ clientMessageId, id, seq }) => {
            const rows = heard.get(clientMessageId) ?? [];
            return rows.length !== 1 || rows[0]?.id !== id || rows[0]?.seq !== seq;
          });
          return wrong.map((each) => broken(`"${each.text}" was acknowledged as ${each.seq}, and is ${heard.get(each.clientMessageId)?.length ?? 0} times in its room`, { said: each, rows: heard.get(each.clientMessageId) ?? [] }));
        },
      },
    ],
  };
}

async function keepTalking(world: World, chat: ReturnType<typeof connect>, name: string, rooms: readonly string[], said: Acknowledged[], goesOn: () => boolean): Promise<void> {
  for (let count = 1; goesOn(); count += 1) {
    const room = chat.room(world.random.pick(rooms) ?? '', { afterSeq: 0 });
    const [text, clientMessageId] = [`${name} says ${count}`, crypto.randomUUID()];
    const { id, seq } = await room.send(text, clientMessageId);
    said.push({ roomId: room.id, clientMessageId, text, id, seq });
    await world.pause(THINK_MS);
  }
}

/** Where what was shown first leaves the order of the room. */
function misheard(listener: Listener, roomId: string, heard: readonly Heard[]): (BrokenPromise & { readonly missing: Heard | undefined })[] {
  const shown = listener.shownIn(roomId);
  const at = Array.from({ length: Math.max(shown.length, heard.length) }, (_, index) => index).find((index) => shown[index]?.id !== heard[index]?.id || shown[index]?.seq !== heard[index]?.seq);
  if (at === undefined) return [];
  const [got, due] = [shown[at], heard[at]];
  const what = `${listener.name} heard ${got ? `number ${got.seq}` : 'nothing more'} of the room where ${due ? `number ${due.seq}` : 'nothing'} was next, and ${shown.length} of ${heard.length} messages in all`;
  return [{ what, evidence: { due, shown: shown.slice(Math.max(0, at - 1), at + 2) }, missing: due }];
}
