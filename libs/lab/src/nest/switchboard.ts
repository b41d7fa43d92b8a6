import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Switch, type SwitchName, SWITCHES } from '../switches';

const Kept = z.object({ runner: z.int(), modes: z.record(z.string(), z.string()) });

export interface SwitchboardOptions {
  readonly service: Switch['services'][number];
  /** What the service can be told to do to itself. */
  readonly faults: readonly string[];
  /** A mode outlives the process (which may be killed in the middle of a scenario), and not the runner that has started it: after `npm start` all is as it should be. */
  readonly stateDirectory?: string | undefined;
}

/** The switches of one service, and what it has been told to do to itself. Faults end with the process. */
export class Switchboard {
  private readonly modes: Map<string, string>;
  private readonly values: Map<string, number>;
  private readonly switches: readonly Switch[];
  private readonly file: string | undefined;

  constructor({ service, faults, stateDirectory }: SwitchboardOptions) {
    this.switches = SWITCHES.filter(({ services }) => services.includes(service));
    this.file = stateDirectory === undefined ? undefined : join(stateDirectory, `${service}.json`);
    const kept = this.kept();
    this.modes = new Map(this.switches.map(({ name, modes }) => [name, modes.find((mode) => mode === kept[name]) ?? modes[0]]));
    this.values = new Map(faults.map((fault) => [fault, 0]));
  }

  get state(): { readonly switches: Readonly<Record<string, string>>; readonly faults: Readonly<Record<string, number>> } {
    return { switches: Object.fromEntries(this.modes), faults: Object.fromEntries(this.values) };
  }

  mode(name: SwitchName): string {
    const mode = this.modes.get(name);
    if (mode === undefined) throw new RangeError(`This service has no switch "${name}".`);
    return mode;
  }

  /** The modes of a switch; undefined if the service has none of this name. */
  modesOf(name: string): readonly string[] | undefined {
    return this.switches.find((each) => each.name === name)?.modes;
  }

  turn(name: string, mode: string): void {
    this.modes.set(name, mode);
    this.keep();
  }

  /** 0: it is told nothing. */
  told(fault: string): number {
    return this.values.get(fault) ?? 0;
  }

  /** @returns whether there is such a fault */
  tell(fault: string, value: number): boolean {
    if (!this.values.has(fault)) return false;
    this.values.set(fault, value);
    return true;
  }

  private kept(): Readonly<Record<string, string>> {
    if (this.file === undefined) return {};
    try {
      const { runner, modes } = Kept.parse(JSON.parse(readFileSync(this.file, 'utf8')));
      return runner === process.ppid ? modes : {};
    } catch {
      return {}; // none yet
    }
  }

  private keep(): void {
    if (this.file === undefined) return;
    mkdirSync(join(this.file, '..'), { recursive: true });
    const written = `${this.file}.${process.pid}`;
    writeFileSync(written, JSON.stringify({ runner: process.ppid, modes: Object.fromEntries(this.modes) } satisfies z.input<typeof Kept>));
    renameSync(written, this.file); // two nodes write the same one
  }
}
