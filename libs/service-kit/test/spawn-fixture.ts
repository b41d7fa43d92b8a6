import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** A fixture service as a process of its own. */
export class FixtureProcess {
  output = '';
  errors = '';
  private readonly child: ChildProcess;
  private readonly exit: Promise<unknown[]>;

  /** @param socket a descriptor that the service gets as its third */
  constructor(env: NodeJS.ProcessEnv, socket?: number) {
    const main = ['-r', join(__dirname, 'ts-hook.cjs'), join(__dirname, 'fixture-main.ts')];
    this.child = spawn(process.execPath, main, {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe', ...(socket === undefined ? [] : [socket])],
    });
    this.exit = once(this.child, 'exit');
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
  }

  /** Resolves once standard output contains the text. */
  async says(wanted: string): Promise<void> {
    while (!this.output.includes(wanted)) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(`ended:\n${this.output}${this.errors}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** The exit code; null if a signal ended the process. */
  async ended(): Promise<number | null> {
    await this.exit;
    return this.child.exitCode;
  }
}

/** A port of the loopback that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
