import { connect } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { CONSOLE_CONFIG, type ConsoleConfig } from '../console.config';
import { untraced } from '../traces/untraced';
import type { Contained } from './contained';
import { type ProcessStatus, type ProcessSummary, Runner } from './runner';

/** Each is looked at this often at most, however often somebody asks. */
const FRESH_MS = 1_000;
const PATIENCE_MS = 800;

/** In containers there is no runner to ask: what there is was told at the start, and whether it runs is seen by whether it answers. */
@Injectable()
export class Containers extends Runner {
  private readonly all: readonly Contained[];
  private last: { readonly at: number; readonly processes: Promise<ProcessSummary[]> } | undefined;

  constructor(@Inject(CONSOLE_CONFIG) config: ConsoleConfig) {
    super(config);
    this.all = config.CONSOLE_CONTAINERS ?? [];
  }

  override summary(): Promise<ProcessSummary[]> {
    if (this.last === undefined || Date.now() - this.last.at > FRESH_MS) this.last = { at: Date.now(), processes: Promise.all(this.all.map(look)) };
    return this.last.processes;
  }

  /** Memory and the like are the engine's to know. */
  override async status(): Promise<ProcessStatus[]> {
    return (await this.summary()).map((summary) => ({ ...summary, healthy: null, memoryBytes: null, cpuPercent: null }));
  }
}

async function look({ name, kind, dependsOn, page, at }: Contained): Promise<ProcessSummary> {
  const state = async (): Promise<string> => {
    if (at === null) return 'done'; // a job: services begin after it
    if (kind === 'part') return (await listens(at)) ? 'running' : 'stopped';
    return isReady(at);
  };
  return { name, kind, state: await state(), pid: null, restarts: 0, page, dependsOn };
}

async function isReady(at: string): Promise<string> {
  try {
    const response = await fetch(`http://${at}/health/ready`, { headers: { traceparent: untraced() }, signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.body?.cancel();
    return response.ok ? 'healthy' : 'unhealthy';
  } catch {
    return 'stopped';
  }
}

function listens(at: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${at}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: PATIENCE_MS });
    const settle = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false)).once('timeout', () => settle(false));
  });
}
