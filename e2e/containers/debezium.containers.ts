import { setTimeout as sleep } from 'node:timers/promises';
import { boardScenarios } from '../platform/board.ts';
import { chatScenarios } from '../platform/chat.ts';
import { consistencyScenarios } from '../platform/consistency.ts';
import { deadLetterScenarios } from '../platform/dead-letters.ts';
import { faultScenarios } from '../platform/faults.ts';
import { withdrawalScenarios } from '../platform/withdrawal.ts';
import { until } from '../until.ts';
import { setComposeStage } from './compose-stage.ts';
import { consoleScenarios } from './console.ts';
import { CONTAINERS, FAULT_SPREAD_MS } from './containers.ts';
import { restartScenarios } from './restarts.ts';

describe('docker-compose.yml with Debezium', () => {
  const stage = setComposeStage('debezium');

  it('is up, all of it healthy', async () => {
    process.stderr.write(`  up with Debezium: ${(stage.upMs / 1_000).toFixed(1)} s\n`); // how long says more of the machine
    expect((await stage.running.project.containers()).filter(({ health }) => health === 'healthy').map(({ service }) => service).toSorted()).toEqual(CONTAINERS.toSorted());
  });

  withdrawalScenarios(stage);
  boardScenarios(stage);
  consistencyScenarios(stage, { tells: false });
  consoleScenarios(stage);
  chatScenarios(stage, async (service) => {
    await stage.running.process(service).stop();
    await stage.running.process(service).start();
  });
  faultScenarios(stage, FAULT_SPREAD_MS);
  restartScenarios(stage, CONTAINERS);

  it('loses no read while the container of a replica and its data are removed, and it joins anew', async () => {
    const author = await stage.platform.newMember();
    const post = await stage.platform.publish(author.token);
    const answers: number[] = [];
    const over = new AbortController();
    const reading = (async () => {
      for (; !over.signal.aborted; await sleep(20)) answers.push((await stage.platform.post(post.body.id)).status);
    })();
    const { running, witness } = stage;
    const streaming = (): Promise<{ name: string; since: Date }[]> => witness.query('member', `SELECT application_name AS name, backend_start AS since FROM pg_stat_replication WHERE state = 'streaming' AND application_name LIKE 'replica-%' ORDER BY 1`); // Debezium streams too
    const before = new Map((await streaming()).map(({ name, since }) => [name, since.getTime()]));
    await running.process('replica-2').remove();
    await running.project.docker(['volume', 'rm', `${running.project.name}_replica-2`]);
    await running.add('replica-2');
    await until(streaming, (rows) => rows.map(({ name }) => name).join() === 'replica-1,replica-2' && rows.some(({ name, since }) => name === 'replica-2' && since.getTime() > (before.get(name) ?? Infinity)), 60_000);
    over.abort();
    await reading;
    expect(answers.length).toBeGreaterThan(50);
    expect(answers.filter((status) => status !== 200)).toEqual([]);
  }, 180_000);

  deadLetterScenarios(stage); // after the faults, which must leave none
});
