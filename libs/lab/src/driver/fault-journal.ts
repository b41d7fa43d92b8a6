import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { ActiveFault } from '../fault';
import { FAULTS } from '../faults/catalogue';

const Kept = z.object({ runner: z.int(), faults: z.array(z.object({ id: z.string(), name: z.enum(FAULTS.map(({ name }) => name)), since: z.number(), revertsAt: z.number() })) });

/**
 * What is broken now, in a file: whoever breaks something may be killed before they have mended it. Faults of the catalogue only, since what else does is not known by its name. It speaks to
 * the next process of the same runner: another runner has started everything anew.
 */
export class FaultJournal {
  constructor(private readonly file: string) {}

  /** None, where there is no file, or it is none of ours. */
  read(): readonly ActiveFault[] {
    try {
      const { runner, faults } = Kept.parse(JSON.parse(readFileSync(this.file, 'utf8')));
      return runner === process.ppid ? faults : [];
    } catch {
      return [];
    }
  }

  write(faults: readonly ActiveFault[]): void {
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    const written = `${this.file}.${process.pid}`;
    const kept: z.input<typeof Kept> = { runner: process.ppid, faults: faults.filter(({ name }) => FAULTS.some((each) => each.name === name)) };
    writeFileSync(written, JSON.stringify(kept), { mode: 0o600 });
    renameSync(written, this.file);
  }
}
