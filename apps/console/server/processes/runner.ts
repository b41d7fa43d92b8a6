import { readFile } from 'node:fs/promises';
import { UnavailableProblem } from '@madang/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CONSOLE_CONFIG, type ConsoleConfig } from '../console.config';

const TIMEOUT_MS = 5_000;

const Address = z.object({ port: z.number(), token: z.string() });

const Summary = z.object({
  name: z.string(),
  kind: z.string(),
  state: z.string(),
  pid: z.number().nullable(),
  restarts: z.number(),
  page: z.string().nullable(),
  dependsOn: z.array(z.string()),
});
export type ProcessSummary = z.output<typeof Summary>;

const Status = Summary.extend({ healthy: z.boolean().nullable(), memoryBytes: z.number().nullable(), cpuPercent: z.number().nullable() });
export type ProcessStatus = z.output<typeof Status>;

/** The runner's remote control: who supervises the processes knows how they are. */
@Injectable()
export class Runner {
  constructor(@Inject(CONSOLE_CONFIG) private readonly config: ConsoleConfig) {}

  /** At once, and without what has to be measured. @throws UnavailableProblem */
  async summary(): Promise<ProcessSummary[]> {
    return z.object({ processes: z.array(Summary) }).parse(await this.ask('/processes')).processes;
  }

  /** Takes half a second: the CPU is measured meanwhile. @throws UnavailableProblem */
  async status(): Promise<ProcessStatus[]> {
    return z.object({ processes: z.array(Status) }).parse(await this.ask('/status')).processes;
  }

  private async ask(path: string): Promise<unknown> {
    const { LAB_RUNNER_FILE: file } = this.config;
    if (file === undefined) throw new UnavailableProblem('no-runner', { detail: 'This platform was not started by npm start: there is no runner to ask.' });
    try {
      // Read each time: a runner that was started again has another port and token.
      const { port, token } = Address.parse(JSON.parse(await readFile(file, 'utf8')));
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) throw new Error(`the runner answers ${response.status}`);
      return await response.json();
    } catch (cause) {
      throw new UnavailableProblem('runner-unavailable', { detail: 'The runner does not answer.', cause });
    }
  }
}
