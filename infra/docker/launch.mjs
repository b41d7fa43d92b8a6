// Process 1 of every service's container: becomes the service that MADANG_SERVICE names, with the settings that the job
// `settings` has written for it; where there are none (an orchestrator of your own) with its environment alone.
import { existsSync, readFileSync } from 'node:fs';

const name = process.env.MADANG_SERVICE;
if (!name) {
  console.error('MADANG_SERVICE says which service to be, such as member or migrate:member.');
  process.exit(1);
}
const [app, job] = name.split(':').reverse();
const settingsFile = `/run/madang/${name.replace(':', '-')}.json`;
/** @type {{ entry: string, nodeOptions: string[], env: Record<string, string> }} */
const { entry, nodeOptions, env } = existsSync(settingsFile)
  ? JSON.parse(readFileSync(settingsFile, 'utf8'))
  : { entry: `dist/apps/${app}/src/${job === 'migrate' ? 'migrate' : 'main'}.js`, nodeOptions: [], env: {} };
if (!process.execve) throw new Error('This Node cannot replace itself by another program');
// Replaced, not started: signals reach the service, and its end is the container's. What is set from outside wins.
process.execve(process.execPath, [process.execPath, '--enable-source-maps', ...nodeOptions, entry], { ...env, ...process.env });
