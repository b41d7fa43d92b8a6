import { faultScenarios } from '../platform/faults.ts';
import { withdrawalScenarios } from '../platform/withdrawal.ts';
import { setComposeStage } from './compose-stage.ts';
import { CONTAINERS, FAULT_SPREAD_MS, SECOND_NODES } from './containers.ts';
import { restartScenarios } from './restarts.ts';

describe('docker-compose.yml with the embedded log reader, and a second node of each service', () => {
  const stage = setComposeStage('embedded', { hasSecondNodes: true });

  it('runs no Kafka Connect, and every node is healthy', async () => {
    process.stderr.write(`  up with the embedded reader: ${(stage.upMs / 1_000).toFixed(1)} s\n`);
    const expected = [...CONTAINERS.filter((name) => name !== 'connect'), ...SECOND_NODES];
    expect((await stage.running.project.containers()).filter(({ health }) => health === 'healthy').map(({ service }) => service).toSorted()).toEqual(expected.toSorted());
  });

  withdrawalScenarios(stage);
  faultScenarios(stage, FAULT_SPREAD_MS);
  restartScenarios(stage, ['postgres', 'kafka', 'relay', 'cdc']);
});
