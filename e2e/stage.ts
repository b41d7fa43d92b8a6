import type { ManagedProcess } from '../infra/process/managed-process.ts';
import type { Sandbox } from '../infra/sandbox/sandbox.ts';
import { PlatformClient } from './platform-client.ts';
import { type Stack, startStack } from './stack.ts';
import { Witness } from './witness.ts';

/** What the scenarios play on: one stack for all of them, because a start costs more than most scenarios. */
export interface Stage {
  readonly stack: Stack;
  readonly platform: PlatformClient;
  readonly witness: Witness;
}

/** What those scenarios need that are played on containers too. */
export interface AnyStage {
  readonly stack: {
    readonly addresses: Stack['addresses'];
    readonly sandbox: Pick<Sandbox, 'ports' | 'secrets'> & { process(name: string): Pick<ManagedProcess, 'start' | 'stop' | 'kill' | 'pause' | 'resume'> };
  };
  readonly platform: PlatformClient;
  readonly witness: Witness;
}

/** Starts the stack before the first test of the calling file and stops it after the last. Its parts are there in tests only. */
export function setStage(): Stage {
  let stage: Stage | undefined;
  beforeAll(async () => {
    const stack = await startStack();
    stage = { stack, platform: new PlatformClient(stack.addresses), witness: new Witness(stack.sandbox) };
  }, 120_000);
  afterAll(async () => {
    await stage?.stack.stop();
  });
  const started = (): Stage => {
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
  };
}
