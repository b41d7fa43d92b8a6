import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../infra/core/paths.ts';

export type Ids = typeof import('@madang/ids');

/** The library as it is published, compiled afresh. Nothing of it is left on disk once it is loaded. */
export async function compiledIds(): Promise<Ids> {
  const built = mkdtempSync(join(tmpdir(), 'madang-ids-'));
  try {
    const compile = ['-p', join(repositoryRoot, 'libs/ids/tsconfig.lib.json'), '--outDir', built, '--rootDir', join(repositoryRoot, 'libs/ids/src')];
    execFileSync(process.execPath, [join(repositoryRoot, 'node_modules/typescript/bin/tsc'), ...compile], { stdio: 'inherit' });
    return (await import(join(built, 'index.js'))) as Ids;
  } finally {
    rmSync(built, { recursive: true });
  }
}
