import type { FaultAction } from '../fault';
import { LabError } from '../lab.error';
import type { ReplicaClient } from './replica-client';
import type { RunnerClient } from './runner-client';
import type { ServiceClient } from './service-client';

export interface Reach {
  readonly runner: RunnerClient;
  readonly services: ServiceClient;
  readonly replicas: ReplicaClient;
}

/** @throws LabError if it cannot be done; nothing of it is left then */
export async function carryOut(action: FaultAction, reach: Reach): Promise<void> {
  const { runner, services, replicas } = reach;
  switch (action.do) {
    case 'kill':
      await Promise.all(action.processes.map((name) => runner.act(name, 'kill', action.stayDown ? '?restart=false' : '')));
      return;
    case 'freeze': {
      const outcomes = await Promise.allSettled(action.processes.map((name) => runner.act(name, 'pause')));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (!failed) return;
      await takeBack(action, reach);
      throw failed.reason;
    }
    case 'delay-replica':
      return replicas.delay(action.replica, action.ms);
    case 'pause-replay':
      return replicas.pauseReplay(action.replica);
    case 'tell':
      return services.put(action.service, `faults/${action.fault}`, { value: action.value });
  }
}

/** Does no harm where there is nothing to take back. */
export async function takeBack(action: FaultAction, { runner, services, replicas }: Reach): Promise<void> {
  switch (action.do) {
    case 'kill':
      await Promise.all(action.processes.map((name) => runner.act(name, 'start')));
      return;
    case 'freeze':
      await Promise.all(action.processes.map((name) => runner.act(name, 'resume').catch(passOver)));
      return;
    case 'delay-replica':
      return replicas.delay(action.replica, 0);
    case 'pause-replay':
      return replicas.resumeReplay(action.replica);
    case 'tell':
      return services.put(action.service, `faults/${action.fault}`, { value: 0 });
  }
}

/** It has died meanwhile: whoever is started in its place is not frozen. */
function passOver(error: unknown): void {
  if (!(error instanceof LabError) || error.code !== 'refused') throw error;
}
