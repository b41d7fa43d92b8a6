import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface BareNodes {
  readonly urls: readonly string[];
  stop(): void;
}

/** More than a node sends. */
const SEQS_OF_A_NODE = 1_000_000_000;

/** Two processes of `bare-node.ts`, which number apart. */
export async function startBareNodes(valkeyUrl: string): Promise<BareNodes> {
  const nodes = Array.from({ length: 2 }, (_, index) =>
    fork(join(import.meta.dirname, 'bare-node.ts'), { env: { ...process.env, VALKEY_URL: valkeyUrl, AFTER_SEQ: String(index * SEQS_OF_A_NODE) } }),
  );
  return { urls: await Promise.all(nodes.map(addressOf)), stop: () => nodes.forEach((node) => node.kill('SIGKILL')) };
}

async function addressOf(node: ChildProcess): Promise<string> {
  const [url] = (await Promise.race([
    once(node, 'message'),
    once(node, 'exit').then(() => {
      throw new Error('A bare node has ended');
    }),
  ])) as [string];
  return url;
}
