import type { Sandbox } from '../infra/sandbox/sandbox.ts';
import { temporarySandbox } from '../infra/sandbox/temporary-sandbox.ts';
import type { Ports } from '../infra/sandbox/settings.ts';
import type { PlatformAddresses } from './platform-client.ts';

export interface Stack {
  readonly sandbox: Sandbox;
  readonly addresses: PlatformAddresses;
  stop(): Promise<void>;
}

/** All but where it lies and listens. */
export interface StackOptions extends NonNullable<Parameters<typeof temporarySandbox>[0]> {
  /** With console, spans and naive counterparts, as `npm start`. Default: the platform alone. */
  readonly lab?: boolean;
}

/** The whole platform on free ports, with its state in a directory of its own, beside any sandbox that already runs. */
export async function startStack({ lab = false, environment = process.env, ...options }: StackOptions = {}): Promise<Stack> {
  const { sandbox, dispose } = await temporarySandbox({ ...options, environment: { ...environment, MADANG_LAB: lab ? '1' : '0' } });
  try {
    await sandbox.start();
  } catch (error) {
    await dispose(); // else what has started already keeps the test's process alive
    throw error;
  }
  return { sandbox, addresses: addressesAt(sandbox.ports), stop: dispose };
}

/** Where a platform with these ports answers. */
export function addressesAt(ports: Ports): PlatformAddresses {
  const at = (variable: keyof Ports): string => `http://127.0.0.1:${ports[variable]}`;
  return { member: at('MEMBER_PORT'), board: at('BOARD_PORT'), queue: at('QUEUE_PORT'), chat: at('CHAT_PORT'), id: at('ID_PORT'), moderator: at('MODERATOR_PORT'), relay: at('RELAY_PORT'), cdc: at('CDC_PORT') };
}
