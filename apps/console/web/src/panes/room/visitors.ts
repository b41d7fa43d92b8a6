import type { ConsoleApi, ServiceAnswer } from '../../api/console-api';

export const ROOM = 'event-product';

export interface Place {
  readonly status: 'admitted' | 'waiting';
  readonly ticket: string | null;
  readonly position: number;
  readonly etaMs: number | null;
  readonly pollAfterMs: number;
  readonly admittedAt?: number;
}

const AT_ONCE = 10;

/** So many strangers enter, ten at a time: who is asked for later is behind who was asked for before. */
export async function enterMany(api: ConsoleApi, count: number): Promise<ServiceAnswer<Place>[]> {
  const entered: ServiceAnswer<Place>[] = [];
  for (let left = count; left > 0; left -= AT_ONCE) {
    entered.push(...(await Promise.all(Array.from({ length: Math.min(left, AT_ONCE) }, () => enter(api)))));
  }
  return entered;
}

export function enter(api: ConsoleApi): Promise<ServiceAnswer<Place>> {
  return api.service<Place>({ service: 'queue', method: 'POST', path: `/waiting-rooms/${ROOM}/visitors` });
}
