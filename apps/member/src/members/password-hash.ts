import { hash, verify } from '@node-rs/argon2';

/** OWASP's minimum for Argon2id (19 MiB, 2 passes, 1 lane): about 20 ms of one core for a guess. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Argon2id in PHC format, with its own random salt. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, ARGON2ID);
}

// Stands in for the hash of an unknown email, so that its answer takes as long as that of a known one.
const nobodysHash = hashPassword('nobody has this password');

/** Whether the password is right; takes as long when there is nobody to compare it with. */
export async function verifyPassword(passwordHash: string | null | undefined, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await nobodysHash), password);
  return matches && typeof passwordHash === 'string';
}
