import type { World } from './world.ts';

/** One answer of the board, with what it says of where it was read. */
export interface Read<Body = unknown> {
  readonly at: string;
  readonly status: number;
  readonly body: Body;
  readonly replica: string | null;
  readonly reason: string | null;
  readonly traceId: string | null;
}

/** A read as one reader makes it, who brings what they want and nothing else: no token is kept from call to call. */
export async function read<Body>({ ground, signal }: World, path: string, headers: Readonly<Record<string, string>>): Promise<Read<Body>> {
  const response = await fetch(`${ground.addresses.board}${path}`, { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) });
  const of = (name: string): string | null => response.headers.get(name);
  return { at: new Date().toISOString(), status: response.status, body: (await response.json()) as Body, replica: of('x-read-replica'), reason: of('x-read-reason'), traceId: of('x-trace-id') };
}

/** Where it was read, for evidence: without the body. */
export function where({ body: _, ...rest }: Read): Omit<Read, 'body'> {
  return rest;
}
