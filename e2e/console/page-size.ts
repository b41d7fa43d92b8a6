import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { repositoryRoot } from '../../infra/core/paths.ts';

/** All JavaScript of the built page, also of panes that come later, as a server that compresses would send it. In bytes. */
export function scriptBytes(directory = join(repositoryRoot, 'dist/apps/console/web/assets')): number {
  const scripts = readdirSync(directory).filter((name) => name.endsWith('.js'));
  if (scripts.length === 0) throw new Error(`There is no script in ${directory}: npm run build`);
  return scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(directory, name))).length, 0);
}
