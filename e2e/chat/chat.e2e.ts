import { ChatClient } from '@madang/chat-client';
import { startStack } from '../stack.ts';
import { until } from '../until.ts';
import { type CampaignOptions, type CampaignReport, runChatCampaign } from './campaign.ts';
import { ChatStage, HIT } from './chat-stage.ts';
import type { ChatHistory, Seen } from './history.ts';
import { check } from './invariants.ts';
import { PythonClient } from './python-client.ts';
import { askTwiceByRandomIds } from './random-answers.ts';
import { twoClientScenarios } from './two-clients.ts';

/** `MADANG_SEED=…` repeats what is said, and when what fails; the processes are real, so not all of it. */
const SEED = Number(process.env['MADANG_SEED'] ?? Date.now() % 1_000_000);
/** `npm run stress:chat` */
const WHOLE = process.env['MADANG_STRESS'] === '1';
const SCALE = WHOLE
  ? { members: 100, clients: 200, rooms: 20, roomsEach: 2, durationMs: 90_000, thinkMs: 2_500, meanGapMs: 3_000, storms: 6 }
  : { members: 24, clients: 60, rooms: 6, roomsEach: 2, durationMs: 12_000, thinkMs: 1_000, meanGapMs: 800, storms: 2 };

jest.setTimeout(WHOLE ? 600_000 : 300_000);

const log = (line: string): void => void process.stderr.write(`  chat ${SEED}: ${line}\n`);

let stage: ChatStage;
beforeAll(async () => {
  // The limits guard against one noisy client; ours are few members with many clients, at one address.
  const environment = { ...process.env, RATE_LIMIT_PER_SECOND: '100000', CHAT_CALLS_PER_10_S: '100000', CHAT_MOST_SOCKETS_A_MEMBER: '1000' };
  stage = new ChatStage(await startStack({ environment }));
  await stage.rule();
}, 180_000);
afterAll(async () => {
  stage?.stack.sandbox.killNow();
  await stage?.stack.stop();
});

twoClientScenarios(() => stage);

it('a client that nobody here wrote joins, talks, and resumes at the other node', async () => {
  const [[mina, juno], [roomId = '']] = await Promise.all([stage.newMembers(2), stage.newRooms(1)]);
  const python = new PythonClient(mina?.token ?? '', roomId);
  const chat = new ChatClient({ url: stage.nodes[1], token: juno?.token ?? '' });
  try {
    const room = chat.room(roomId, { afterSeq: 0 });
    const seen: Seen[] = [];
    room.on('change', (change) => seen.push(change));
    expect(await python.do(`connect ${stage.nodes[0]}`)).toEqual({ lastSeq: 0, missed: 0 });
    const first = await python.do('send Hello from Python');
    expect(first).toMatchObject({ seq: 1 });
    await room.send('Hello from TypeScript');
    await python.do('until 2');
    await python.do('disconnect');
    for (const text of ['one', 'two', 'three']) await room.send(text);
    expect(await python.do(`connect ${stage.nodes[1]}`)).toEqual({ lastSeq: 5, missed: 3 });
    await python.do(`send again, ${HIT}`);
    const told = await python.do<[number, string, string][]>('until 7'); // with the moderator's answer
    await until(async () => seen.length, (count) => count >= 7);
    expect(told).toEqual(seen.map(({ seq, id, text }) => [seq, id, text]));
    expect(told.map(([, , text]) => text)).toEqual(['Hello from Python', 'Hello from TypeScript', 'one', 'two', 'three', `again, ${HIT}`, 'Mind the zebra.']);
  } finally {
    chat.close();
    python.end();
  }
});

describe(`${SCALE.clients} clients in ${SCALE.rooms} rooms at two nodes, under storms, kill -9 and SIGSTOP of everything (MADANG_SEED=${SEED})`, () => {
  let report: CampaignReport;
  beforeAll(async () => {
    const options: CampaignOptions = { seed: SEED, ...SCALE, log };
    report = await runChatCampaign(stage, options);
    log(describeReport(report));
  }, WHOLE ? 600_000 : 300_000);

  it('every client was shown the one order of a room; what was acknowledged is there, all is there once, and each hit has one answer', () => {
    expect({ seed: SEED, violations: report.violations }).toEqual({ seed: SEED, violations: [] });
    expect(report.history.stored.filter(({ kind }) => kind === 'system').length).toBeGreaterThan(0);
    const acknowledged = report.history.said.filter(({ outcome }) => outcome === 'ok');
    expect(acknowledged.length).toBeGreaterThan(SCALE.clients);
    expect(new Set(acknowledged.map(({ call }) => call))).toEqual(new Set(['send', 'edit', 'delete']));
  });

  it('nobody was spared', () => {
    expect({ seed: SEED, spared: report.spared }).toEqual({ seed: SEED, spared: [] });
  });

  it('(control) clients that rely on the adapter alone are found out', () => {
    const found = check(report.naive);
    log(`of ${report.naive.views.length} views of naive listeners ${found.length} are wrong, such as: ${found[0]?.what}`);
    expect(new Set(found.map(({ invariant }) => invariant))).toEqual(new Set(['one-order']));
  });

  it('(control) answers by random ids are found out', async () => {
    const trigger = report.history.stored.find(({ kind, text }) => kind === 'user' && text.includes(HIT));
    const roomId = trigger?.roomId ?? '';
    await askTwiceByRandomIds([`127.0.0.1:${stage.stack.sandbox.ports.KAFKA_PORT}`], { roomId, messageId: trigger?.id ?? '' });
    const { stored } = await until(
      () => stage.truth([roomId]),
      (truth) => truth.stored.filter(({ triggerMessageId }) => triggerMessageId === trigger?.id).length === 3,
      60_000, // Kafka may have died in the last blow
    );
    const history: ChatHistory = { ...report.history, stored: [...report.history.stored.filter((change) => change.roomId !== roomId), ...stored], views: [] };
    expect(check(history).map(({ invariant }) => invariant)).toEqual(['one-answer-a-hit', 'one-answer-a-hit', 'one-answer-a-hit']);
  });
});

function describeReport({ history, hits, settledMs }: CampaignReport): string {
  const { said, stored, views } = history;
  const counts = Object.entries(Object.groupBy(said, ({ call, outcome, why }) => `${call} ${outcome}${why ? ` (${why})` : ''}`)).map(([outcome, each]) => `${each?.length} ${outcome}`);
  const faults = [...hits].map(([name, { kills, freezes }]) => `${name} ${kills}+${freezes}`);
  const shown = views.reduce((sum, { seen }) => sum + seen.length, 0);
  const answers = stored.filter(({ kind }) => kind === 'system').length;
  return `said: ${counts.join(', ')}; stored ${stored.length}, of them ${answers} answers; shown ${shown}; kills + freezes: ${faults.join(', ')}; all as promised ${(settledMs / 1_000).toFixed(1)} s after the last blow`;
}
