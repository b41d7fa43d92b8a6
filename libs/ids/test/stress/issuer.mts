// One process of the campaign: issues ids under leases into a file, until that has as many as asked for. It may be killed, stopped and
// continued, and its wall clock set, at any time. Started by campaign.ts, with the plan as JSON.
import { appendFileSync, closeSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { NodeLease, type NodeLeaseStore, snowflake, tsid } from '../../src/index.ts';
import type { IssuerPlan } from './issuer-plan.ts';
import { openStore } from './open-store.ts';

const plan = JSON.parse(process.argv[2] ?? '') as IssuerPlan;
const { controls } = plan;

/** Where the clock is not moved from outside, the same file moves it from inside. */
let offsetMs = 0;
const lookAtTheOffset = (): void => {
  if (plan.offsetFile !== undefined) offsetMs = Number(readFileSync(plan.offsetFile, 'utf8')) * 1_000;
};
lookAtTheOffset();
const wallNow = (): number => Date.now() + offsetMs;

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
const note = (what: string): void => appendFileSync(plan.notesFile, `${what}\n`);

const PASSING = new Set(['ID_CLOCK_ROLLBACK', 'ID_COUNTER_EXHAUSTED', 'IDS_CLOCK_OUTSIDE_LEASE']);
const ID_BYTES = 8;

const file = openSync(plan.idFile, 'a+');
// A kill may have torn the last id.
let issued = Math.floor(fstatSync(file).size / ID_BYTES);
ftruncateSync(file, issued * ID_BYTES);
const turn = new BigUint64Array(plan.turn);
const bytes = Buffer.from(turn.buffer);

/** The generator of one lease; it ends by throwing. */
function generatorOf(lease: NodeLease): () => bigint {
  const node = (timestampMs: number): number => {
    if (!controls.includes('no-fencing')) lease.assertHeld(timestampMs);
    return controls.includes('equal-nodes') ? 1 : lease.nodeId;
  };
  const options = { node, clock: wallNow, ...(!controls.includes('no-mark') && { usedUntil: new Date(lease.notBefore) }) };
  if (plan.format === 'snowflake') {
    const ids = snowflake(options);
    return () => BigInt(ids.generate());
  }
  const ids = tsid(options);
  return () => numberOf(ids.generate());
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DIGIT_OF = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, CROCKFORD.indexOf(String.fromCharCode(code))));

/** `toBytes` by way of two numbers: a tenth of its time. */
function numberOf(id: string): bigint {
  let upper = 0;
  let lower = 0;
  for (let i = 0; i < 7; i += 1) upper = upper * 32 + (DIGIT_OF[id.charCodeAt(i)] ?? 0);
  for (let i = 7; i < 13; i += 1) lower = lower * 32 + (DIGIT_OF[id.charCodeAt(i)] ?? 0);
  return (BigInt(upper) << 30n) | BigInt(lower);
}

/** Returns when the lease is lost, or all is done. */
async function issueUnder(lease: NodeLease): Promise<void> {
  const next = generatorOf(lease);
  while (issued < plan.target) {
    lookAtTheOffset();
    let count = 0;
    let stopped: unknown;
    try {
      for (const most = Math.min(plan.turn, plan.target - issued); count < most; count += 1) turn[count] = next();
    } catch (error) {
      stopped = error;
    }
    writeSync(file, bytes, 0, count * ID_BYTES);
    issued += count;
    if (stopped !== undefined) {
      note(codeOf(stopped));
      if (codeOf(stopped) === 'IDS_LEASE_LOST') return;
      if (!PASSING.has(codeOf(stopped))) throw stopped;
      // Some of its own time for the clock to come back; not a busy loop, which would take the others' time.
      await sleep(20);
    }
    await sleep(plan.pauseMs);
  }
}

const store = await openStore(plan.storeUrl);
flushCompileCache(); // a process that is killed does not come to it
/** A mark that nothing is refused by, and that nobody knows of. */
const forgetful: NodeLeaseStore = {
  acquire: async (request) => {
    const grant = await store.acquire(request);
    return grant && { ...grant, notBefore: 0, mayIssueUntil: Number.MAX_SAFE_INTEGER };
  },
  renew: async (lease) => ((await store.renew(lease)) === undefined ? undefined : Number.MAX_SAFE_INTEGER),
  release: (lease, issuedUntil) => store.release(lease, issuedUntil),
};

while (issued < plan.target) {
  try {
    const lease = await NodeLease.acquire(controls.includes('no-mark') ? forgetful : store, { ...plan.lease, wallNow });
    note(`held ${lease.nodeId} ${lease.fencingToken}`);
    await issueUnder(lease);
    await lease.release();
  } catch (error) {
    if (!codeOf(error).startsWith('IDS_')) throw error;
    note(codeOf(error));
    await sleep(20);
  }
}
closeSync(file);
process.exit(0);
