import { randomBytes } from 'node:crypto';

/** A `traceparent` that is not sampled: what the console asks for itself must not be seen as traffic. */
export function untraced(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
}
