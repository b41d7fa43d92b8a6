// Memory and CPU of the whole platform at rest: `npm run bench:idle [-- --seconds 30]`
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from '../infra/process/process-usage.ts';
import { startStack } from '../e2e/stack.ts';

const SETTLE_MS = 20_000;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } });

console.log('Starting a stack of its own ...');
const stack = await startStack({ lab: true });
try {
  console.log(`Waiting ${SETTLE_MS / 1_000} s for it to come to rest, then watching for ${values.seconds} s ...`);
  await sleep(SETTLE_MS);
  const { processes } = await stack.sandbox.status();
  const running = processes.flatMap(({ name, pid }) => (pid === null ? [] : [{ name, pid }]));
  const usage = await usageOf(running.map(({ pid }) => pid), Number(values.seconds) * 1_000);
  let [memory, cpu] = [0, 0];
  for (const { name, pid } of running) {
    const used = usage.get(pid) ?? { memoryBytes: 0, cpuPercent: 0 };
    memory += used.memoryBytes;
    cpu += used.cpuPercent;
    console.log(line(name, used.memoryBytes, used.cpuPercent));
  }
  console.log(`=> ${line('all', memory, cpu)}`);
} finally {
  await stack.stop();
}

function line(name: string, memoryBytes: number, cpuPercent: number): string {
  return `${name.padEnd(12)} ${(memoryBytes / 1e6).toFixed(0).padStart(5)} MB  ${cpuPercent.toFixed(1).padStart(5)} % of a core`;
}
