import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../platform-client.ts';
import type { World } from './world.ts';

/** `POST /waiting-rooms/:room/visitors`, and `GET …/me` */
export interface Place {
  readonly status: 'admitted' | 'waiting';
  readonly ticket: string;
  readonly position: number;
  readonly pollAfterMs: number;
  readonly pass?: string;
  readonly admittedAt?: number;
}

export interface Admission {
  readonly seq: number;
  readonly visitorSha1: string;
  /** Microseconds since 1970, as the next one. */
  readonly ticket: number;
  readonly admittedAt: number;
  readonly limit: number;
  readonly windowUs: number;
}

const MOST_WAITING_MS = 60_000;

/** A waiting room, as its visitors and its admin see it. */
export class WaitingLine {
  readonly #world: World;
  readonly #url: string;

  constructor(world: World, room: string) {
    this.#world = world;
    this.#url = `${world.ground.addresses.queue}/waiting-rooms/${room}`;
  }

  async open(limit: number, intervalMs: number): Promise<void> {
    taken(await this.#world.platform.call('PUT', this.#url, { token: this.#world.ground.adminToken, body: { limit, intervalMs } }), 200);
  }

  /** Of the clock that decides, in milliseconds since 1970. */
  async now(): Promise<number> {
    return taken(await this.#world.platform.call<{ now: number }>('GET', this.#url), 200).now;
  }

  async enter(): Promise<Place> {
    return taken(await this.#world.platform.call<Place>('POST', `${this.#url}/visitors`), 201);
  }

  /** Polls as it is told to, until it is in. */
  async untilAdmitted(place: Place): Promise<Place> {
    const deadline = performance.now() + MOST_WAITING_MS;
    for (let latest = place; ; latest = taken(await this.poll(place.ticket), 200)) {
      if (latest.status === 'admitted') return latest;
      if (performance.now() > deadline) throw new Error(`Nobody was admitted within ${MOST_WAITING_MS / 1_000} s; the last position was ${latest.position}`);
      await sleep(latest.pollAfterMs, undefined, { signal: this.#world.signal });
    }
  }

  poll(ticket: string): Promise<Answer<Place>> {
    return this.#world.platform.call('GET', `${this.#url}/visitors/me`, { headers: { 'x-waiting-ticket': ticket } });
  }

  /** The log that anybody can read. */
  async admissions(): Promise<readonly Admission[]> {
    return taken(await this.#world.platform.call<{ items: Admission[] }>('GET', `${this.#url}/admissions?limit=1000`), 200).items;
  }
}

/** The number in a ticket: its place in the line. */
export function placeIn(ticket: string): number {
  return Number(ticket.split('.').at(-2));
}

function taken<T>({ status, body }: Answer<T>, expected: number): T {
  if (status !== expected) throw new Error(`The queue answers ${status}: ${JSON.stringify(body)}`);
  return body;
}
