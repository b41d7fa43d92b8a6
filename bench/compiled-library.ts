import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, repositoryRoot } from '../infra/core/paths.ts';

const loaded = new Map<string, Promise<unknown>>();

/** A library of `libs/` as it is published, compiled afresh, once a process (its metrics register once). Nothing of it is left on disk once it is loaded. */
export function compiledLibrary<Library>(name: string): Promise<Library> {
  const library = loaded.get(name) ?? compile(name);
  loaded.set(name, library);
  return library as Promise<Library>;
}

async function compile(name: string): Promise<unknown> {
  mkdirSync(cacheDirectory, { recursive: true }); // within the repository, so that what it needs is found
  const built = mkdtempSync(join(cacheDirectory, `${name}-`));
  try {
    const options = ['-p', join(repositoryRoot, 'libs', name, 'tsconfig.lib.json'), '--outDir', built, '--rootDir', join(repositoryRoot, 'libs', name, 'src')];
    execFileSync(process.execPath, [join(repositoryRoot, 'node_modules/typescript/bin/tsc'), ...options], { stdio: 'inherit' });
    return await import(join(built, 'index.js'));
  } finally {
    rmSync(built, { recursive: true });
  }
}
