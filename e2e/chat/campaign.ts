import { setTimeout as sleep } from 'node:timers/promises';
import { FaultInjector, type Hits } from '../crash/faults/fault-injector.ts';
import { randomPlan } from '../crash/faults/fault-plan.ts';
import { spared } from '../crash/faults/spared.ts';
import type { Violation } from '../crash/invariants/violation.ts';
import { Random } from '../crash/random.ts';
import type { Member } from '../platform-client.ts';
import { type ChatStage, HIT } from './chat-stage.ts';
import type { ChatHistory } from './history.ts';
import { check } from './invariants.ts';
import { NaiveListener } from './naive-listener.ts';
import { Talker } from './talker.ts';

export interface CampaignOptions {
  readonly seed: number;
  readonly members: number;
  /** Each of one member; a member may have several. */
  readonly clients: number;
  readonly rooms: number;
  /** Of each client. */
  readonly roomsEach: number;
  readonly durationMs: number;
  /** Of each client, between two things that it says. */
  readonly thinkMs: number;
  /** Between two faults, on average. */
  readonly meanGapMs: number;
  /** Times at which half of all clients go at once, and come back. */
  readonly storms: number;
  readonly log: (line: string) => void;
}

export interface CampaignReport {
  readonly history: ChatHistory;
  /** What the clients were shown that rely on the adapter alone. */
  readonly naive: ChatHistory;
  readonly violations: readonly Violation[];
  readonly hits: ReadonlyMap<string, Hits>;
  /** Who was not hit at all. */
  readonly spared: readonly string[];
  /** From the last fault until every promise was kept. */
  readonly settledMs: number;
}

const VICTIMS = ['chat', 'chat-2', 'moderator', 'relay', 'cdc', 'kafka', 'valkey'];
const NAIVE = 4;
/** All must be as promised so long after the last fault: what dies often is started again after up to 15 s. */
const SETTLE_MS = 120_000;
/** And stay so: what comes twice may come late. */
const QUIET_MS = 3_000;

/** Talk under faults and storms, then quiet, then the question whether every promise was kept. */
export async function runChatCampaign(stage: ChatStage, options: CampaignOptions): Promise<CampaignReport> {
  const { seed, durationMs, meanGapMs, log } = options;
  const { sandbox } = stage.stack;
  for (const victim of VICTIMS) sandbox.process(victim); // throws now, not in the midst of it
  const { talkers, naive, roomIds } = await assemble(stage, options);
  const faults = new FaultInjector(sandbox, log);
  let raging = true;
  const talking = Promise.all(talkers.map((talker) => talker.talk(() => raging)));
  const storming = storms(talkers, options);
  await faults.run(randomPlan(new Random(seed, 'faults'), VICTIMS, durationMs, meanGapMs));
  await faults.run(spared(VICTIMS, faults.hits).map((victim) => ({ kind: 'kill', atMs: 0, victim })));
  await storming;
  const random = new Random(seed, 'last blow');
  await faults.lastBlow(VICTIMS.filter(() => random.chance(0.5))); // while all talk: what is under way then has to come through
  const overAt = performance.now();
  raging = false;
  await talking;
  const said = talkers.flatMap((talker) => talker.said);
  log(`${said.length} things said; the faults are over`);

  const gather = async (): Promise<ChatHistory> => ({ ...(await stage.truth(roomIds)), said, views: talkers.flatMap(({ views }) => views) });
  let history = await atRest(gather, overAt + SETTLE_MS);
  const settledMs = performance.now() - overAt;
  await sleep(QUIET_MS);
  history = await gather();
  for (const client of [...talkers, ...naive]) client.disconnect();
  return { history, naive: { ...history, views: naive.flatMap(({ views }) => views) }, violations: check(history), hits: faults.hits, spared: spared(VICTIMS, faults.hits), settledMs };
}

async function atRest(gather: () => Promise<ChatHistory>, deadline: number): Promise<ChatHistory> {
  for (;;) {
    const history = await gather().catch(() => undefined); // the database's port may be closed yet
    if (history && (check(history).length === 0 || performance.now() > deadline)) return history;
    if (performance.now() > deadline) return gather();
    await sleep(500);
  }
}

interface Assembly {
  readonly talkers: readonly Talker[];
  readonly naive: readonly NaiveListener[];
  readonly roomIds: readonly string[];
}

async function assemble(stage: ChatStage, { seed, members, clients, rooms, roomsEach, thinkMs, log }: CampaignOptions): Promise<Assembly> {
  const people = await stage.newMembers(members);
  const roomIds = await stage.newRooms(rooms);
  log(`${people.length} members, ${roomIds.length} rooms`);
  const memberOf = (index: number): Member => {
    const member = people[index % people.length];
    if (!member) throw new Error('There are no members');
    return member;
  };
  const talkers = Array.from({ length: clients }, (_, index) => {
    const random = new Random(seed, `talker ${index}`);
    return new Talker({ name: `client ${index}`, member: memberOf(index), urls: stage.nodes, roomIds: random.shuffled(roomIds).slice(0, roomsEach), random, thinkMs, hit: HIT });
  });
  for (const talker of talkers) talker.connect();
  await Promise.all(talkers.map((talker) => talker.entered()));
  const naive = Array.from({ length: NAIVE }, (_, index) => new NaiveListener(`naive ${index}`, stage.nodes[index % stage.nodes.length] ?? '', memberOf(index).token, roomIds));
  return { talkers, naive, roomIds };
}

async function storms(talkers: readonly Talker[], { seed, durationMs, storms: times, log }: CampaignOptions): Promise<void> {
  const random = new Random(seed, 'storms');
  for (let storm = 0; storm < times; storm += 1) {
    await sleep((durationMs / times) * random.between(0.5, 0.9));
    const gone = talkers.filter(() => random.chance(0.5));
    log(`storm: ${gone.length} clients go at once, and come back`);
    for (const talker of gone) talker.disconnect();
    for (const talker of gone) talker.connect();
  }
}
