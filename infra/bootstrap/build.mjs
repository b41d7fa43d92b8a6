import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint } from './complaint.mjs';
import { pinnedNode } from './install.mjs';
import { runCommand } from './run-command.mjs';
import { step } from './steps.mjs';

/**
 * What is built, each part only when what it is made of has changed.
 * @typedef {object} Part
 * @property {string} stamp in `dist`: of what it was last built
 * @property {readonly string[]} sources
 * @property {readonly string[]} settings
 * @property {RegExp} kinds of files that go into it
 * @property {readonly string[]} without directories that are no part of it
 * @property {readonly string[]} command of the pinned Node
 */

const PAGE = 'apps/console/web';

/** @type {readonly Part[]} */
const PARTS = [
  {
    stamp: '.madang-built',
    sources: ['apps', 'libs'],
    settings: ['nest-cli.json', '.swcrc', 'tsconfig.json', 'package-lock.json'],
    kinds: /\.(ts|json)$/,
    without: [PAGE],
    command: ['node_modules/@nestjs/cli/bin/nest.js', 'build', '--all'],
  },
  {
    stamp: '.madang-page-built',
    sources: [PAGE, 'apps/console/feed', 'libs/chat-client', 'libs/lab'],
    settings: ['tsconfig.json', 'package-lock.json'],
    kinds: /\.(tsx?|css|html|svg|mjs|json)$/,
    without: [],
    command: ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', '--config', `${PAGE}/vite.config.mjs`],
  },
];

/**
 * Compiles all services and the console's page, unless the sources are those of the last build. Types are checked by `npm test`, not here.
 * @param {string} root
 * @param {{ always: boolean, signal: AbortSignal }} options
 */
export async function buildIfChanged(root, { always, signal }) {
  const changed = PARTS.map((part) => ({ part, sources: hashOfSources(root, part) })).filter(({ part, sources }) => always || sources !== builtOf(root, part));
  if (changed.length === 0) return;
  await step('build', async () => {
    await Promise.all(changed.map(({ part, sources }) => build(root, part, sources, signal)));
  });
}

/**
 * @param {string} root
 * @param {Part} part
 * @param {string} sources
 * @param {AbortSignal} signal
 */
async function build(root, { command, stamp }, sources, signal) {
  const { code, output } = await runCommand(pinnedNode(root), command, { cwd: root, signal });
  if (code !== 0) throw new Complaint(`The build failed:\n${output.trimEnd().split('\n').slice(-30).join('\n')}`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist', stamp), sources);
}

/**
 * @param {string} root
 * @param {Part} part
 */
function builtOf(root, { stamp }) {
  const file = join(root, 'dist', stamp);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/**
 * @param {string} root
 * @param {Part} part
 */
function hashOfSources(root, { settings, sources, ...part }) {
  const hash = createHash('sha256');
  for (const file of [...settings, ...sources.flatMap((directory) => filesUnder(root, directory, part))]) {
    hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} directory
 * @param {Pick<Part, 'kinds' | 'without'>} part
 * @returns {string[]}
 */
function filesUnder(root, directory, { kinds, without }) {
  const ignored = new Set(['node_modules', 'dist', 'coverage']);
  return readdirSync(join(root, directory), { withFileTypes: true })
    .filter(({ name }) => !ignored.has(name) && !/\.(spec|test)\.ts$/.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (without.includes(path)) return [];
      if (entry.isDirectory()) return filesUnder(root, path, { kinds, without });
      return kinds.test(entry.name) ? [path] : [];
    });
}
