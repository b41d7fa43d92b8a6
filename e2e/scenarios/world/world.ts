import { setTimeout as sleep } from 'node:timers/promises';
import { LabDriver, type Scenario, type SwitchName } from '@madang/lab';
import { Random } from '../../crash/random.ts';
import { type Answer, type Member, PlatformClient } from '../../platform-client.ts';
import { Databases } from './databases.ts';
import type { Ground } from './ground.ts';
import { comeToRest } from './rest.ts';
import { Topics } from './topics.ts';

/** What a world is told of the run that it is for. */
export interface Told {
  readonly scenario: string;
  readonly seed: number;
  readonly naive: boolean;
  readonly signal: AbortSignal;
  note(text: string, traceId?: string): void;
}

/** Hashing passwords is what takes the time: so many at once keep two cores busy. */
const AT_ONCE = 4;

/** What the steps of a scenario act on, and its invariants look at. Everything random comes from `random`, and so from the seed. */
export class World {
  readonly ground: Ground;
  readonly naive: boolean;
  readonly signal: AbortSignal;
  readonly random: Random;
  readonly lab: LabDriver;
  readonly platform: PlatformClient;
  readonly databases: Databases;
  readonly topics: Topics;
  readonly #told: Told;
  readonly #endings: (() => unknown)[] = [];
  #switches: Scenario<World>['naive'] = {};

  constructor(ground: Ground, told: Told) {
    this.ground = ground;
    this.naive = told.naive;
    this.signal = told.signal;
    this.random = new Random(told.seed, told.scenario);
    this.lab = LabDriver.fromEnvironment(ground.environment);
    this.platform = new PlatformClient(ground.addresses);
    this.databases = new Databases(ground);
    this.topics = new Topics(ground);
    this.#told = told;
  }

  /** Says what has happened, to whoever watches. */
  note(text: string, answer?: { readonly headers: Headers } | string): void {
    this.#told.note(text, typeof answer === 'string' ? answer : traceOf(answer));
  }

  /** Runs when the scenario has come to its end, however it does; the last first. */
  onEnd(end: () => unknown): void {
    this.#endings.push(end);
  }

  /** @internal Every pattern is on, but for these; nothing is broken. */
  async prepare(naive: Scenario<World>['naive']): Promise<void> {
    await this.lab.reset();
    this.#switches = naive;
    await this.#turn();
  }

  /** Waits for a service that has died. Whoever is new may not know how the switches stand: it is told again. */
  async recovered(service: keyof Ground['addresses'] | 'chat-2'): Promise<void> {
    const { addresses, chatNodes } = this.ground;
    const base = service === 'chat-2' ? chatNodes[1] : addresses[service];
    await this.until(`${service} is ready`, () => fetch(`${base}/health/ready`), ({ status }) => status === 200);
    await this.#turn();
    this.note(`${service} is back`);
  }

  /** @internal Takes every fault back, then waits until nothing is on its way. The switches stay: what is on its way meets them yet. */
  async rest(): Promise<void> {
    for (const { id } of this.lab.active) await this.lab.revert(id);
    await comeToRest(this);
  }

  /** @internal Everything is as before. */
  async end(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of [...this.#endings.toReversed(), () => this.topics.close(), () => this.#reset()]) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  async newMembers(count: number, nickname = 'mina'): Promise<Member[]> {
    const members: Member[] = [];
    let asked = 0;
    const register = async (): Promise<void> => {
      while (asked < count) {
        asked += 1;
        members.push(await this.platform.newMember({ nickname }));
      }
    };
    await Promise.all(Array.from({ length: Math.min(count, AT_ONCE) }, register));
    return members;
  }

  /** What has just died may not be there yet when the lab has lost its patience. */
  async #reset(again = 3): Promise<void> {
    try {
      await this.lab.reset();
    } catch (error) {
      if (again === 0) throw error;
      await this.#reset(again - 1);
    }
  }

  async #turn(): Promise<void> {
    for (const [name, mode] of Object.entries(this.#switches)) await this.lab.turn(name as SwitchName, mode);
  }

  pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.signal });
  }

  /** Asks until the answer is as wanted; what throws is not. @throws after a minute and a half, or when the run is broken off */
  async until<T>(what: string, read: () => Promise<T> | T, holds: (value: T) => boolean, withinMs = 90_000): Promise<T> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const value = await Promise.resolve().then(read).catch(() => undefined);
      if (value !== undefined && holds(value)) return value;
      if (performance.now() > deadline) throw new Error(`Not within ${withinMs / 1_000} s: ${what}`);
      await this.pause(25);
    }
  }
}

/** An answer, or `undefined` where there was none: then nobody knows whether it has happened. */
export function answerOf<T>(call: Promise<Answer<T>>): Promise<Answer<T> | undefined> {
  return call.catch(() => undefined);
}

/** Leads from an answer to its timeline. */
export function traceOf(answer: { readonly headers: Headers } | undefined): string | undefined {
  return answer?.headers.get('x-trace-id') ?? undefined;
}
