import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { BoundedQueue } from './bounded-queue';

/** OWASP's minimum for Argon2id (19 MiB, 2 passes, 1 lane): about 20 ms of one core for a guess. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Of the four threads that Node has for such work, and for files and names. */
const AT_ONCE = Math.min(availableParallelism(), 3);
/** About 2.5 s of waiting on two cores: a client is still there then. Beyond, memory and time would have no bound. */
const MAX_WAITING = 256;

const queue = new BoundedQueue(AT_ONCE, MAX_WAITING);

/** Argon2id in PHC format, with its own random salt. */
export function hashPassword(password: string): Promise<string> {
  return queue.run(() => hash(password, ARGON2ID));
}

// Stands in for the hash of an unknown email, so that its answer takes as long as that of a known one.
const nobodysHash = hashPassword('nobody has this password');

/** Whether the password is right; takes as long when there is nobody to compare it with. */
export async function verifyPassword(passwordHash: string | null | undefined, password: string): Promise<boolean> {
  const expected = passwordHash ?? (await nobodysHash);
  const matches = await queue.run(() => verify(expected, password));
  return matches && typeof passwordHash === 'string';
}
