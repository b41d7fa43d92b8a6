import type { ManagedProcess } from '../process/managed-process.ts';
import type { ProcessDefinition, ProcessState } from '../process/process-definition.ts';
import { usageOf } from '../process/process-usage.ts';
import { services } from './services.ts';
import type { CdcEngineName } from './settings.ts';

/** What is known of a process without asking it. */
export interface ProcessSummary {
  readonly name: string;
  readonly kind: 'service' | 'job';
  readonly state: ProcessState;
  readonly pid: number | null;
  readonly restarts: number;
  /** For people. */
  readonly page: string | null;
  readonly dependsOn: readonly string[];
}

export interface ProcessStatus extends ProcessSummary {
  /** Whether its health check passes now; null if it has none or does not run. */
  readonly healthy: boolean | null;
  readonly port: number | null;
  readonly memoryBytes: number | null;
  readonly cpuPercent: number | null;
  readonly uptimeMs: number | null;
  /** What a person has to do before it can be healthy. */
  readonly help: string | null;
  /** Whether another one can take over from it without a gap (`npm run restart`). */
  readonly canRoll: boolean;
}

export interface SandboxStatus {
  readonly phase: string;
  readonly cdc: CdcEngineName;
  readonly addresses: readonly string[];
  readonly processes: readonly ProcessStatus[];
  /** The runner itself; without its CPU, which is mostly what taking this status costs. */
  readonly runner: { readonly pid: number; readonly memoryBytes: number };
}

const RUNNER = process.pid;

export async function statusOf(phase: string, cdc: CdcEngineName, topology: readonly ProcessDefinition[], processes: readonly ManagedProcess[]): Promise<SandboxStatus> {
  const roots = processes.flatMap((process) => process.running?.pid ?? []);
  // Its children are counted for themselves: of the runner's tree only the root is the runner.
  const [usage, healths] = await Promise.all([usageOf([...roots, RUNNER]), Promise.all(processes.map(healthOf))]);
  const all = usage.get(RUNNER) ?? { memoryBytes: 0 };
  const children = roots.flatMap((pid) => usage.get(pid) ?? []);
  return {
    phase,
    cdc,
    addresses: addressesOf(topology),
    processes: processes.map((process, index) => {
      const { running, definition } = process;
      const used = running && usage.get(running.pid);
      return {
        ...summaryOf(process),
        healthy: healths[index]?.healthy ?? null,
        help: healths[index]?.help ?? null,
        port: definition.ports?.[0]?.port ?? null,
        memoryBytes: used?.memoryBytes ?? null,
        cpuPercent: used?.cpuPercent ?? null,
        uptimeMs: running ? Date.now() - running.startedAt : null,
        canRoll: definition.takeover !== undefined,
      };
    }),
    runner: {
      pid: RUNNER,
      memoryBytes: children.reduce((rest, { memoryBytes }) => rest - memoryBytes, all.memoryBytes),
    },
  };
}

export function summaryOf({ name, state, restarts, running, definition: { kind, ports, dependsOn } }: ManagedProcess): ProcessSummary {
  const path = services.find((service) => service.name === name)?.page?.path;
  const port = ports?.[0]?.port;
  return { name, kind, state, pid: running?.pid ?? null, restarts, page: path !== undefined && port ? `http://127.0.0.1:${port}${path}` : null, dependsOn };
}

/** The pages for people, then where the parts listen. */
export function addressesOf(topology: readonly ProcessDefinition[]): string[] {
  const portOf = (name: string): number | undefined => topology.find((definition) => definition.name === name)?.ports?.[0]?.port;
  return services.flatMap(({ name, page }) => {
    const port = portOf(name);
    return page && port ? [`http://127.0.0.1:${port}${page.path}  ${page.title}`] : [];
  });
}

async function healthOf(process: ManagedProcess): Promise<Pick<ProcessStatus, 'healthy' | 'help'>> {
  const { checkHealth, needsHelp } = process.definition;
  if (!checkHealth || !process.running) return { healthy: null, help: null };
  const healthy = await inTime(checkHealth().then(() => true), false);
  return { healthy, help: healthy || !needsHelp ? null : ((await inTime(needsHelp(), undefined)) ?? null) };
}

/** What answers neither in time nor at all is as if it had said `otherwise`. */
function inTime<Answer>(answer: Promise<Answer>, otherwise: Answer): Promise<Answer> {
  const timeout = new Promise<Answer>((resolve) => {
    setTimeout(() => resolve(otherwise), 1_000).unref();
  });
  return Promise.race([answer.catch(() => otherwise), timeout]);
}
