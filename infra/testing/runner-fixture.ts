// A runner in a process of its own, for tests that kill it: runner-fixture.ts DIRECTORY PORT [never-healthy]
import { Sandbox } from '../sandbox/sandbox.ts';
import { httpStandIn, SLEEPER, standIn } from './stand-ins.ts';

const [stateDirectory = '', port = '0', mode] = process.argv.slice(2);
const sleeper = standIn('sleeper', SLEEPER, mode === 'never-healthy' ? { checkHealth: () => Promise.reject(new Error('never')) } : {});
const sandbox = new Sandbox({ stateDirectory, environment: {}, topology: () => [httpStandIn('member', Number(port)), sleeper] });
process.on('SIGTERM', () => void sandbox.stop());
await sandbox.start().then(
  () => console.log('up'),
  () => undefined,
);
await sandbox.ended;
process.exit();
