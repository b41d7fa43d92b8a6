import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_LABEL } from '../../infra/docker/compose-project.ts';
import { type ComposeOptions, RunningStack } from '../../infra/docker/running-stack.ts';
import { startReaper } from '../../infra/process/reaper.ts';
import type { CdcEngineName } from '../../infra/sandbox/settings.ts';
import { loadSecrets } from '../../infra/sandbox/secrets.ts';
import { addressesAt } from '../stack.ts';
import type { AnyStage } from '../stage.ts';
import type { WitnessedSandbox } from '../witness.ts';

/** An idle machine takes a tenth of it: this one may have much else to do. */
const UP_MS = 900_000;

export interface ComposeStack {
  readonly stack: AnyStage['stack'] & { readonly sandbox: WitnessedSandbox };
  readonly running: RunningStack;
  /** From images present to everything healthy. */
  readonly upMs: number;
  /** Nothing of it stays; also if this process is killed. */
  stop(): Promise<void>;
}

/** The whole platform of docker-compose.yml, on free ports and beside any other. Its images have to be there. */
export async function startComposeStack(cdc: CdcEngineName, options: ComposeOptions = {}): Promise<ComposeStack> {
  const running = await RunningStack.prepare(cdc, options);
  const letReaperGo = startReaper(mkdtempSync(join(tmpdir(), 'madang-compose-')), `${PROJECT_LABEL}=${running.project.name}`);
  const stop = async (): Promise<void> => {
    await running.project.destroy();
    letReaperGo();
  };
  try {
    const since = performance.now();
    await running.project.up({ timeoutMs: UP_MS });
    return { stack: await stackOf(running), running, upMs: performance.now() - since, stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

async function stackOf(running: RunningStack): Promise<ComposeStack['stack']> {
  const superuser = await running.read('postgres', '/run/madang/superuser-password');
  const fresh = loadSecrets('/nowhere', []);
  const secrets = { ...fresh, postgres: { ...fresh.postgres, superuser }, adminToken: await running.project.told('admin-token') };
  const sandbox = { ports: running.ports, secrets, stateDirectory: tmpdir(), process: (name: string) => running.process(name) };
  return { addresses: addressesAt(running.ports), sandbox };
}
