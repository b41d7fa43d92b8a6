import { boardScenarios } from '../platform/board.ts';
import { chatScenarios } from '../platform/chat.ts';
import { consistencyScenarios } from '../platform/consistency.ts';
import { deadLetterScenarios } from '../platform/dead-letters.ts';
import { faultScenarios } from '../platform/faults.ts';
import { withdrawalScenarios } from '../platform/withdrawal.ts';
import { until } from '../until.ts';
import { setComposeStage } from './compose-stage.ts';
import { consoleScenarios } from './console.ts';
import { restartScenarios } from './restarts.ts';

/** A kill goes through the engine's command line, which takes its time on a busy machine. */
const FAULT_SPREAD_MS = 3_000;

/** Whatever goes on after the start. */
const CONTAINERS = ['postgres', 'replica-1', 'replica-2', 'kafka', 'connect', 'valkey', 'member', 'board', 'queue', 'chat', 'chat-2', 'id', 'moderator', 'relay', 'cdc', 'console'];

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

  it('loses no read while the container of a replica is removed and added', async () => {
    const author = await stage.platform.newMember();
    const post = await stage.platform.publish(author.token);
    const read = async (): Promise<number> => (await stage.platform.post(post.body.id)).status;
    await stage.running.process('replica-2').remove();
    for (let i = 0; i < 20; i++) expect(await read()).toBe(200);
    await stage.running.add('replica-2');
    await until(read, (status) => status === 200);
  }, 180_000);

  deadLetterScenarios(stage); // after the faults, which must leave none
});

describe('docker-compose.yml with the embedded log reader', () => {
  const stage = setComposeStage('embedded');

  it('runs no Kafka Connect', async () => {
    process.stderr.write(`  up with the embedded reader: ${(stage.upMs / 1_000).toFixed(1)} s\n`);
    expect((await stage.running.project.containers()).map(({ service }) => service)).not.toContain('connect');
  });

  withdrawalScenarios(stage);
  faultScenarios(stage, FAULT_SPREAD_MS);
});
