// A process that issues until its lease is lost, then tells when it issued last. Started by paused-holder.test.ts.
import { NodeLease } from '../src/lease/index.ts';
import { openStore } from './stress/open-store.ts';

const [url, options, clock] = process.argv.slice(2);

// The control: a clock that a timer sets stands still until the event loop turns, as a flag that a timer sets would.
let seen = performance.now();
setInterval(() => {
  seen = performance.now();
}, 1);
const lease = await NodeLease.acquire(await openStore(url), {
  ...JSON.parse(options),
  ...(clock === 'set-by-a-timer' && { monotonicNow: () => seen }),
});
// A wall clock that stands: the mark, the second line of defence, is to have no part in it.
const timestamp = Date.now() + 5;
/** Some 50 ms without the event loop. */
const A_TURN = 200_000;
let issued = 0;
let lastIssuedAt = 0n;

function issue() {
  // A number and not a time: what is left of the turn is issued after a pause as well, if nothing else stops it.
  for (let left = A_TURN; left > 0; left -= 1) {
    // Before the question: what is read after it may be read after a pause that came in between.
    const askedAt = process.hrtime.bigint();
    lease.assertHeld(timestamp);
    issued += 1;
    lastIssuedAt = askedAt;
  }
  setTimeout(run, 1);
}

function run() {
  try {
    issue();
  } catch (error) {
    process.stdout.write(JSON.stringify({ issued, lastIssuedAt: String(lastIssuedAt), code: error.code, reason: error.reason }) + '\n', () => process.exit(0));
  }
}
process.stdout.write('held\n');
run();
