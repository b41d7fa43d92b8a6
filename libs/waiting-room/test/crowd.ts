import { setTimeout as sleep } from 'node:timers/promises';
import type { AdmittedPlace, WaitingPlace } from '../src/index';
import type { Gate } from './gate/gate';
import type { Answered } from './gate/messages';

/** When the wait is expected to end, and when that was said; in milliseconds of the machine's clock. */
export interface Prediction {
  readonly saidAt: number;
  readonly admittedAt: number;
}

/** What one visitor lived through. */
export interface Visit {
  /** By the test's own clock: asked for a place, and was told the first one. */
  readonly askedAt: number;
  toldAt: number;
  ticket: string;
  admitted?: AdmittedPlace;
  /** The error that ended it. */
  refused?: string;
  readonly predictions: Prediction[];
}

const RETRY_MS = 200;
/** Whether anything was done is unknown: the same call again. */
const UNKNOWN = new Set(['GATE_GONE', 'WAITING_ROOM_UNAVAILABLE']);

const NOBODY: Answered = { id: 0, at: 0 };

/** Visitors of one room. Each call goes to any gate; `gates` may change while they wait. */
export class Crowd {
  readonly visits: Visit[] = [];
  readonly #lives: Promise<void>[] = [];

  constructor(
    private readonly room: string,
    readonly gates: Gate[],
  ) {}

  /** So many more, at once. @param patience how often each asks again before they go without a word */
  arrive(count: number, patience = Infinity): Visit[] {
    const arrived = Array.from({ length: count }, (): Visit => ({ askedAt: performance.now(), toldAt: Infinity, ticket: '', predictions: [] }));
    this.visits.push(...arrived);
    this.#lives.push(...arrived.map((visit) => this.#live(visit, patience)));
    return arrived;
  }

  /** Until each is admitted, refused, or out of patience. */
  async gone(): Promise<void> {
    await Promise.all(this.#lives);
  }

  async untilTold(): Promise<void> {
    while (this.visits.some(({ toldAt, refused }) => toldAt === Infinity && refused === undefined)) await sleep(20);
  }

  async #live(visit: Visit, patience: number): Promise<void> {
    let place = await this.#ask(visit, 'enter');
    visit.toldAt = performance.now();
    for (let left = patience; place?.status === 'waiting' && left > 0; left -= 1) {
      await sleep(place.pollAfterMs);
      place = await this.#ask(visit, 'poll');
    }
    if (place?.status === 'admitted') visit.admitted = place;
  }

  async #ask(visit: Visit, operation: 'enter' | 'poll'): Promise<AdmittedPlace | WaitingPlace | undefined> {
    for (;;) {
      const gate = this.gates[Math.floor(Math.random() * this.gates.length)];
      const { place, error, at } = (await gate?.ask({ operation, room: this.room, ticket: visit.ticket || undefined })) ?? NOBODY;
      if (error && !UNKNOWN.has(error.code)) {
        visit.refused = error.code;
        return undefined;
      }
      if (place) return this.#told(visit, place, at);
      await sleep(RETRY_MS);
    }
  }

  #told(visit: Visit, place: AdmittedPlace | WaitingPlace, at: Answered['at']): AdmittedPlace | WaitingPlace {
    visit.ticket = place.ticket ?? visit.ticket;
    if (place.status === 'waiting' && place.etaMs !== undefined) visit.predictions.push({ saidAt: at, admittedAt: at + place.etaMs });
    return place;
  }
}
