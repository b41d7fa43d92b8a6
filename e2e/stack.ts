import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../infra/core/free-ports.ts';
import { Sandbox } from '../infra/sandbox/sandbox.ts';
import { type Ports, portVariables } from '../infra/sandbox/settings.ts';
import type { PlatformAddresses } from './platform-client.ts';

export interface Stack {
  readonly sandbox: Sandbox;
  readonly addresses: PlatformAddresses;
  stop(): Promise<void>;
}

/** The whole platform on free ports, with its state in a directory of its own, beside any sandbox that already runs. */
export async function startStack(environment: Record<string, string> = {}): Promise<Stack> {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'madang-stack-'));
  const numbers = await freePorts(portVariables.length);
  const ports = Object.fromEntries(portVariables.map((variable, index) => [variable, numbers[index]])) as Ports;
  const sandbox = new Sandbox({ stateDirectory, ports, environment: { ...process.env, ...environment } });
  const stop = async (): Promise<void> => {
    await sandbox.stop();
    rmSync(stateDirectory, { recursive: true, force: true, maxRetries: 5 });
  };
  await sandbox.start();
  const at = (variable: keyof Ports): string => `http://127.0.0.1:${ports[variable]}`;
  const addresses = { member: at('MEMBER_PORT'), board: at('BOARD_PORT'), relay: at('RELAY_PORT'), cdc: at('CDC_PORT') };
  return { sandbox, addresses, stop };
}
