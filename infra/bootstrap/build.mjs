import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint } from './complaint.mjs';
import { pinnedNode } from './install.mjs';
import { runCommand } from './run-command.mjs';
import { step } from './steps.mjs';

const SOURCES = ['apps', 'libs'];
const SETTINGS = ['nest-cli.json', '.swcrc', 'tsconfig.json', 'package-lock.json'];

/**
 * Compiles all services unless the sources are those of the last build. Types are checked by `npm test`, not here.
 * @param {string} root
 * @param {{ always: boolean, signal: AbortSignal }} options
 */
export async function buildIfChanged(root, { always, signal }) {
  const stamp = join(root, 'dist', '.madang-built');
  const sources = hashOfSources(root);
  if (!always && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  await step('build', async () => {
    const { code, output } = await runCommand(pinnedNode(root), [join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build', '--all'], { cwd: root, signal });
    if (code !== 0) throw new Complaint(`The build failed:\n${output.trimEnd().split('\n').slice(-30).join('\n')}`);
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(stamp, sources);
  });
}

/** @param {string} root */
function hashOfSources(root) {
  const hash = createHash('sha256');
  for (const file of [...SETTINGS, ...SOURCES.flatMap((directory) => filesUnder(root, directory))]) {
    hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} directory
 * @returns {string[]}
 */
function filesUnder(root, directory) {
  const ignored = new Set(['node_modules', 'dist', 'coverage']);
  return readdirSync(join(root, directory), { withFileTypes: true })
    .filter(({ name }) => !ignored.has(name) && !/\.(spec|test)\.ts$/.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return filesUnder(root, path);
      return /\.(ts|json)$/.test(entry.name) ? [path] : [];
    });
}
