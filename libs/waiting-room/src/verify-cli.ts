#!/usr/bin/env node
import { verifyPublishedLog } from './audit/verify-published-log';

const USAGE = 'verify-admissions <address of a room> [<seq>:<hash> that was kept]';

async function main([address, kept]: readonly string[]): Promise<number> {
  if (address === undefined || !URL.canParse(address)) throw new Error(USAGE);
  const [, seq, hash = ''] = /^(\d+):(\w*)$/.exec(kept ?? '0:') ?? [];
  if (seq === undefined) throw new Error(USAGE);
  const { admissions, faults, head, isSigned } = await verifyPublishedLog(new URL(address), { seq: Number(seq), hash });
  for (const fault of faults) console.log(`admission ${fault.seq}: ${fault.kind}`);
  console.log(`${admissions} admissions, ${faults.length} faults; the end is ${isSigned ? 'signed' : 'NOT what the service has signed'}. To keep: ${head.seq}:${head.hash}`);
  return faults.length === 0 && isSigned ? 0 : 1;
}

async function run(): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}

void run();
