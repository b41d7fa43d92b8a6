import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFoundProblem } from '@madang/service-kit';

/** The latest that are kept. */
const KEPT_RUNS = 50;

/** What runs have told, a file each, a line of JSON for each event: a file replays offline. */
export class RunFiles {
  constructor(private readonly directory: string) {}

  /** For one more. */
  async makeRoom(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const names = (await readdir(this.directory)).filter((name) => name.endsWith('.ndjson'));
    const files = await Promise.all(names.map(async (name) => ({ path: join(this.directory, name), at: (await stat(join(this.directory, name))).mtimeMs })));
    const oldest = files.sort((a, b) => a.at - b.at).slice(0, Math.max(0, files.length - KEPT_RUNS + 1));
    await Promise.all(oldest.map(({ path }) => rm(path, { force: true })));
  }

  async append(run: string, line: string): Promise<void> {
    await appendFile(this.pathOf(run), `${line}\n`, { mode: 0o600 });
  }

  /** @throws NotFoundProblem */
  async read(run: string): Promise<Buffer> {
    return readFile(this.pathOf(run)).catch((cause: unknown) => {
      throw new NotFoundProblem('run-not-found', { detail: `There is no such run; the latest ${KEPT_RUNS} are kept.`, cause });
    });
  }

  private pathOf(run: string): string {
    return join(this.directory, `${run}.ndjson`);
  }
}
