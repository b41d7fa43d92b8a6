import type { BrokenPromise, Scenario } from '@madang/lab';
import { broken } from './world/broken.ts';
import { type Admission, type Place, placeIn, WaitingLine } from './world/waiting-line.ts';
import type { World } from './world/world.ts';

const LIMIT = 5;
const WINDOW_MS = 1_500;
const CROWD = 13;
/** The crowd comes late in a window that one visitor has begun: a counter a window lets in what is left of it, and a whole window more at its end. */
const CROWD_COMES_AT = 0.7;

/** In the order in which they came: each had a place before the next one asked. */
interface Visitor {
  readonly name: string;
  readonly place: Place;
}

export function openingDayRush(): Scenario<World> {
  const visitors: Visitor[] = [];
  const passes = new Map<string, Place>();
  let line: WaitingLine | undefined;

  const lineOf = (world: World): WaitingLine => (line ??= new WaitingLine(world, `rush-${Math.floor(world.random.next() * 2 ** 32).toString(16)}-${Date.now().toString(36)}`));
  const enter = async (world: World, name: string): Promise<void> => {
    visitors.push({ name, place: await lineOf(world).enter() });
  };

  return {
    name: 'opening-day-rush',
    title: { en: 'Opening-day rush', ko: '오픈 날의 쇄도' },
    story: {
      en: `Five visitors in any ${WINDOW_MS / 1_000} s, in the order in which they came: that is what the order page can bear. A crowd comes late in a window. A counter that starts anew with each window lets twice as many in around its edge; the waiting room looks at each admission and the fifth one before it.`,
      ko: `어떤 ${WINDOW_MS / 1_000}초 동안에도 다섯 명, 온 순서대로. 주문 페이지가 감당하는 것은 그만큼이다. 창이 끝날 무렵 인파가 몰려온다. 창마다 새로 세는 카운터는 경계 부근에서 두 배를 들여보낸다. 대기실은 입장마다 다섯 명 전의 입장을 본다.`,
    },
    naive: { admission: 'fixed-window' },
    steps: [
      {
        name: 'open',
        title: { en: 'A room opens, and one visitor is there early', ko: '대기실이 열리고, 한 명이 일찍 와 있다' },
        run: async (world) => {
          const room = lineOf(world);
          await room.open(LIMIT, WINDOW_MS);
          await world.pause(WINDOW_MS - ((await room.now()) % WINDOW_MS)); // the begin of a window for whoever counts from the epoch
          await enter(world, 'the early bird');
        },
      },
      {
        name: 'rush',
        title: { en: 'Thirteen more come late in the window', ko: '창이 끝날 무렵 열세 명이 더 온다' },
        run: async (world) => {
          const begun = visitors[0]?.place.admittedAt ?? 0;
          await world.pause(Math.max(0, begun + WINDOW_MS * CROWD_COMES_AT - (await lineOf(world).now())));
          for (let index = 1; index <= CROWD; index += 1) await enter(world, `visitor ${index}`);
          const at = visitors.filter(({ place }) => place.status === 'admitted').length;
          world.note(`${at} of ${visitors.length} are in at once, the last one has position ${visitors.at(-1)?.place.position}`);
        },
      },
      {
        name: 'wait',
        title: { en: 'All wait for their turn', ko: '모두 차례를 기다린다' },
        run: async (world) => {
          await Promise.all(visitors.map(async ({ name, place }) => passes.set(name, await lineOf(world).untilAdmitted(place))));
          const times = [...passes.values()].flatMap(({ admittedAt }) => admittedAt ?? []);
          world.note(`${passes.size} were admitted within ${Math.max(...times) - Math.min(...times)} ms`);
        },
      },
    ],
    invariants: [
      {
        name: 'never-too-many',
        title: { en: `No interval of ${WINDOW_MS / 1_000} s holds more than ${LIMIT} admissions`, ko: `어떤 ${WINDOW_MS / 1_000}초 구간에도 ${LIMIT}명보다 많이 입장하지 않는다` },
        check: async (world) => tooMany(await lineOf(world).admissions()),
      },
      {
        name: 'in-order',
        title: { en: 'Whoever came first is in first', ko: '먼저 온 사람이 먼저 들어간다' },
        check: async (world) => overtakings(visitors, await lineOf(world).admissions()),
      },
      {
        name: 'nobody-lost',
        title: { en: 'Each visitor is admitted, once, with a pass', ko: '모든 방문자가 패스를 받고 한 번 입장한다' },
        check: async (world) => {
          const entries = Map.groupBy(await lineOf(world).admissions(), ({ ticket }) => ticket);
          const wrong = visitors.filter(({ name, place }) => entries.get(placeIn(place.ticket))?.length !== 1 || !passes.get(name)?.pass);
          return wrong.map(({ name, place }) => broken(`${name} is ${entries.get(placeIn(place.ticket))?.length ?? 0} times in the log of admissions`, { position: place.position, answer: passes.get(name)?.status }));
        },
      },
    ],
  };
}

/** Judged over every interval that begins with an admission, not over windows: a checker with the windows of the counter would find nothing. */
function tooMany(log: readonly Admission[]): BrokenPromise[] {
  const inTime = log.toSorted((a, b) => a.admittedAt - b.admittedAt);
  return inTime.flatMap((first, index) => {
    const next = inTime[index + LIMIT];
    if (!next || next.admittedAt - first.admittedAt > WINDOW_MS * 1_000) return [];
    const ms = (next.admittedAt - first.admittedAt) / 1_000;
    return [broken(`the admissions ${first.seq} and ${next.seq} lie ${ms} ms apart: ${LIMIT + 1} within ${WINDOW_MS} ms`, inTime.slice(index, index + LIMIT + 1))];
  });
}

function overtakings(visitors: readonly Visitor[], log: readonly Admission[]): BrokenPromise[] {
  const entries = new Map(log.map((entry) => [entry.ticket, entry]));
  return visitors.flatMap(({ name, place }, index) => {
    const before = visitors[index - 1];
    const [mine, theirs] = [entries.get(placeIn(place.ticket)), before && entries.get(placeIn(before.place.ticket))];
    if (!before || !mine || !theirs || theirs.admittedAt <= mine.admittedAt) return [];
    return [broken(`${name} came after ${before.name}, and was admitted before them`, { [before.name]: theirs, [name]: mine })];
  });
}
