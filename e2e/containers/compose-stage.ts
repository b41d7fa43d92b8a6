import { tmpdir } from 'node:os';
import { ensureImages } from '../../infra/docker/ensure-images.ts';
import { RunningStack } from '../../infra/docker/running-stack.ts';
import type { CdcEngineName } from '../../infra/sandbox/settings.ts';
import { loadSecrets } from '../../infra/sandbox/secrets.ts';
import { PlatformClient } from '../platform-client.ts';
import { addressesAt } from '../stack.ts';
import type { AnyStage } from '../stage.ts';
import { Witness } from '../witness.ts';

/** An idle machine takes a tenth of it: this one may have much else to do. */
const UP_MS = 900_000;

export interface ComposeStage extends AnyStage {
  readonly running: RunningStack;
  /** From images present to everything healthy. */
  readonly upMs: number;
}

/** The stage of the scenarios in containers: up before the first test of the calling block, gone after the last. */
export function setComposeStage(cdc: CdcEngineName): ComposeStage {
  let stage: ComposeStage | undefined;
  let running: RunningStack | undefined;
  beforeAll(async () => {
    if (process.env['MADANG_IMAGES'] !== 'ready') await ensureImages({ report: () => undefined }); // `npm test` has made them already
    running = await RunningStack.prepare(cdc);
    const since = performance.now();
    await running.project.up({ timeoutMs: UP_MS });
    stage = await stageOf(running, performance.now() - since);
  }, 1_800_000);
  afterAll(async () => {
    await running?.project.destroy();
    expect(await running?.project.leftovers()).toEqual([]);
  }, 120_000);
  const started = (): ComposeStage => {
    if (!stage) throw new Error('The stack has not been started');
    return stage;
  };
  return {
    get stack() {
      return started().stack;
    },
    get platform() {
      return started().platform;
    },
    get witness() {
      return started().witness;
    },
    get running() {
      return started().running;
    },
    get upMs() {
      return started().upMs;
    },
  };
}

async function stageOf(running: RunningStack, upMs: number): Promise<ComposeStage> {
  const addresses = addressesAt(running.ports);
  const superuser = await running.read('postgres', '/run/madang/superuser-password');
  const fresh = loadSecrets('/nowhere', []);
  const secrets = { ...fresh, postgres: { ...fresh.postgres, superuser }, adminToken: await running.project.told('admin-token') };
  const sandbox = { ports: running.ports, secrets, stateDirectory: tmpdir(), process: (name: string) => running.process(name) };
  return { stack: { addresses, sandbox }, platform: new PlatformClient(addresses), witness: new Witness(sandbox), running, upMs };
}
