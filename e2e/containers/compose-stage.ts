import { ensureImages } from '../../infra/docker/ensure-images.ts';
import type { ComposeOptions, RunningStack } from '../../infra/docker/running-stack.ts';
import type { CdcEngineName } from '../../infra/sandbox/settings.ts';
import { PlatformClient } from '../platform-client.ts';
import type { AnyStage } from '../stage.ts';
import { Witness } from '../witness.ts';
import { type ComposeStack, startComposeStack } from './compose-stack.ts';

export interface ComposeStage extends AnyStage {
  readonly running: RunningStack;
  /** From images present to everything healthy. */
  readonly upMs: number;
}

/** The stage of the scenarios in containers: up before the first test of the calling block, gone after the last. */
export function setComposeStage(cdc: CdcEngineName, options: ComposeOptions = {}): ComposeStage {
  let stage: ComposeStage | undefined;
  let compose: ComposeStack | undefined;
  beforeAll(async () => {
    if (process.env['MADANG_IMAGES'] !== 'ready') await ensureImages({ report: () => undefined }); // `npm test` has made them already
    compose = await startComposeStack(cdc, options);
    const { stack, running, upMs } = compose;
    stage = { stack, running, upMs, platform: new PlatformClient(stack.addresses), witness: new Witness(stack.sandbox) };
  }, 1_800_000);
  afterAll(async () => {
    await compose?.stop();
    expect(await compose?.running.project.leftovers()).toEqual([]);
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
