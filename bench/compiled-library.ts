import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, repositoryRoot } from '../infra/core/paths.ts';

/** A library of `libs/` as it is published, compiled afresh. Nothing of it is left on disk once it is loaded. */
export async function compiledLibrary<Library>(name: string): Promise<Library> {
  mkdirSync(cacheDirectory, { recursive: true }); // within the repository, so that what it needs is found
  const built = mkdtempSync(join(cacheDirectory, `${name}-`));
  try {
    const compile = ['-p', join(repositoryRoot, 'libs', name, 'tsconfig.lib.json'), '--outDir', built, '--rootDir', join(repositoryRoot, 'libs', name, 'src')];
    execFileSync(process.execPath, [join(repositoryRoot, 'node_modules/typescript/bin/tsc'), ...compile], { stdio: 'inherit' });
    return (await import(join(built, 'index.js'))) as Library;
  } finally {
    rmSync(built, { recursive: true });
  }
}
