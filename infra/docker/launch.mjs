// Process 1 of every service's container: becomes the service that MADANG_SERVICE names, with the settings that the job
// `settings` has written for it; where there are none (an orchestrator of your own) as apps.txt says, with its environment alone.
import { existsSync, readFileSync } from 'node:fs';

const name = process.env.MADANG_SERVICE;
if (!name) {
  console.error('MADANG_SERVICE says which service to be, such as member or migrate:member.');
  process.exit(1);
}
const settingsFile = `/run/madang/${name.replace(':', '-')}.json`;
/** @type {{ entry: string, nodeOptions: string[], env: Record<string, string> }} */
const { entry, nodeOptions, env } = existsSync(settingsFile)
  ? JSON.parse(readFileSync(settingsFile, 'utf8'))
  : { entry: entryOf(name), nodeOptions: [], env: {} };
if (!process.execve) throw new Error('This Node cannot replace itself by another program');
// Replaced, not started: signals reach the service, and its end is the container's. What is set from outside wins.
process.execve(process.execPath, [process.execPath, '--enable-source-maps', ...nodeOptions, entry], { ...env, ...process.env });

/** @param {string} app */
function entryOf(app) {
  const rows = readFileSync(new URL('apps.txt', import.meta.url), 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
  const apps = rows.map((row) => row.split(' '));
  const [, file = ''] = apps.find(([each]) => each === app) ?? [];
  if (!file) {
    console.error(`There is no ${app}; MADANG_SERVICE may be ${apps.map(([each]) => each).join(', ')}.`);
    process.exit(1);
  }
  return file;
}
