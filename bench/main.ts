// Every benchmark, one after the other, each in a process and on parts of its own; closes with the lines that matter.
// `npm run bench [-- cdc board]` (all by default)
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const BENCHMARKS: Readonly<Record<string, string>> = {
  cdc: 'cdc-engines.ts',
  memory: 'cdc-memory.ts',
  board: 'board-throughput.ts',
  recovery: 'recovery.ts',
  withdrawal: 'withdrawal-latency.ts',
  idle: 'idle.ts',
  ids: 'ids/main.ts',
  'id-locality': 'id-locality/main.ts',
  replicas: 'replicas/main.ts',
  'waiting-room': 'waiting-room/main.ts',
  keywords: 'keywords/main.ts',
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown.join(', ')}". There are: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exit(1);
}

const results: string[] = [];
let failed = 0;
for (const name of asked.length > 0 ? asked : Object.keys(BENCHMARKS)) {
  console.log(`\n--- ${name}`);
  const code = await run(BENCHMARKS[name] ?? '', (line) => results.push(`${name.padEnd(12)} ${line}`));
  if (code === 0) continue;
  failed++;
  results.push(`${name.padEnd(12)} FAILED (exit code ${code})`);
}
console.log(`\n--- results\n${results.join('\n')}`);
process.exit(failed === 0 ? 0 : 1);

/** Passes its output on. What matters in it stands in lines that begin with "=>". */
function run(file: string, onResult: (line: string) => void): Promise<number | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file)], { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    console.log(line);
    if (line.startsWith('=> ')) onResult(line.slice(3));
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}
