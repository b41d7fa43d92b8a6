import { setTimeout as sleep } from 'node:timers/promises';

/** With Kafka away KafkaJS retries its goodbyes for 20 s; nothing is lost by leaving without them. */
const GOODBYE_MS = 3_000;

/** Waits for the end of a connection, but not for long, and whatever becomes of it. */
export async function bounded(goodbye: Promise<unknown>): Promise<void> {
  await Promise.race([goodbye.catch(() => undefined), sleep(GOODBYE_MS, undefined, { ref: false })]);
}
