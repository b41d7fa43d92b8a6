import { boardScenarios } from '../platform/board.ts';
import { consistencyScenarios } from '../platform/consistency.ts';
import { faultScenarios } from '../platform/faults.ts';
import { withdrawalScenarios } from '../platform/withdrawal.ts';
import { until } from '../until.ts';
import { setComposeStage } from './compose-stage.ts';

const UP_MS = 90_000;
/** A kill goes through the engine's command line, which takes its time on a busy machine. */
const FAULT_SPREAD_MS = 3_000;

describe('docker-compose.yml with Debezium', () => {
  const stage = setComposeStage('debezium');

  it('is up, all of it healthy, within 90 s', () => {
    process.stderr.write(`  up with Debezium: ${(stage.upMs / 1_000).toFixed(1)} s\n`);
    expect(stage.upMs).toBeLessThan(UP_MS);
  });

  withdrawalScenarios(stage);
  boardScenarios(stage);
  consistencyScenarios(stage);
  faultScenarios(stage, FAULT_SPREAD_MS);

  it('loses no read while the container of a replica is removed and added', async () => {
    const author = await stage.platform.newMember();
    const post = await stage.platform.publish(author.token);
    const read = async (): Promise<number> => (await stage.platform.post(post.body.id)).status;
    await stage.running.process('replica-2').remove();
    for (let i = 0; i < 20; i++) expect(await read()).toBe(200);
    await stage.running.add('replica-2');
    await until(read, (status) => status === 200);
  }, 180_000);
});

describe('docker-compose.yml with the embedded log reader', () => {
  const stage = setComposeStage('embedded');

  it('runs no Kafka Connect', async () => {
    process.stderr.write(`  up with the embedded reader: ${(stage.upMs / 1_000).toFixed(1)} s\n`);
    expect((await stage.running.project.containers()).map(({ service }) => service)).not.toContain('connect');
    expect(stage.upMs).toBeLessThan(UP_MS);
  });

  withdrawalScenarios(stage);
});
