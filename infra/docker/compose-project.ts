import { execFile, type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../core/paths.ts';
import { messageOf, UserFacingError } from '../core/user-facing-error.ts';
import { waitUntil } from '../core/wait-until.ts';
import { composeCommand } from './engine.ts';

const MAX_OUTPUT = 64 * 1024 ** 2;
/** Compose's own, on all that it makes. */
export const PROJECT_LABEL = 'com.docker.compose.project';

export interface ContainerState {
  /** Name in docker-compose.yml. */
  readonly service: string;
  readonly id: string;
  readonly status: string;
  readonly exitCode: number;
  /** Undefined where nothing checks it: a job. */
  readonly health: string | undefined;
  /** How often it has ended by itself and was started again, since somebody started it. */
  readonly restarts: number;
  /** As the engine writes it. */
  readonly startedAt: string;
}

/** What Compose calls the project of this directory if nobody names one. */
export function ownProjectName(environment: NodeJS.ProcessEnv): string {
  return environment['COMPOSE_PROJECT_NAME'] || basename(repositoryRoot).toLowerCase().replaceAll(/[^-_a-z0-9]/g, '').replace(/^[-_]+/, '') || 'default';
}

/** The stack of docker-compose.yml under a project name of its own, beside any other. */
export class ComposeProject {
  readonly #environment: NodeJS.ProcessEnv;
  readonly name: string;

  /** @param settings ports, CDC_ENGINE and the like, over what is in the process's environment and `.env` */
  constructor(name: string, settings: Readonly<Record<string, string>> = {}) {
    this.name = name;
    this.#environment = { ...process.env, ...settings, COMPOSE_PROJECT_NAME: name };
  }

  /**
   * Runs compose with these arguments. @returns what it printed
   * @throws UserFacingError with the end of its output
   */
  async compose(args: readonly string[], onChild?: (child: ChildProcess) => void): Promise<string> {
    const [command = '', ...first] = composeCommand() ?? [];
    if (!command) throw new UserFacingError('There is neither docker compose nor docker-compose.');
    return this.#run(command, [...first, ...args], onChild);
  }

  docker(args: readonly string[]): Promise<string> {
    return this.#run('docker', args);
  }

  /** What the job `settings` prints when it is asked. */
  async told(what: 'admin-token' | 'console-link'): Promise<string> {
    return (await this.compose(['run', '--rm', '--no-deps', 'settings', what])).trim().split('\n').at(-1) ?? '';
  }

  /**
   * Resolves when every service is healthy and every job has ended well. What another choice of settings has left is not started, nor waited for.
   *
   * @throws UserFacingError with the last words of what failed, when a job fails or `timeoutMs` has passed
   */
  async up({ timeoutMs = 300_000 }: { timeoutMs?: number } = {}): Promise<void> {
    const since = performance.now();
    const chosen = new Set((await this.compose(['config', '--services'])).split('\n').filter(Boolean));
    try {
      const others = (await this.containers()).filter(({ service }) => !chosen.has(service));
      if (others.length > 0) await this.docker(['rm', '--force', ...others.map(({ id }) => id)]);
      await this.compose(['up', '-d']);
      await this.#untilHealthy(timeoutMs - (performance.now() - since));
    } catch (error) {
      throw new UserFacingError(`${messageOf(error)}\n${await this.#lastWords()}`, { cause: error });
    }
  }

  /** What those said last that have ended badly. */
  async #lastWords(): Promise<string> {
    const failed = (await this.containers().catch(() => [])).filter(({ exitCode }) => exitCode !== 0);
    const said = failed.map(async ({ service, id, exitCode }) => `${service}, exit code ${exitCode}:\n${await this.#tail(id)}`);
    return (await Promise.all(said)).join('\n');
  }

  /** Who has ended by itself and was started again, and what each said last before. */
  async restarted(): Promise<{ readonly service: string; readonly lastWords: string }[]> {
    const again = (await this.containers()).filter(({ restarts }) => restarts > 0);
    return Promise.all(again.map(async ({ service, id, status, startedAt }) => ({ service, lastWords: await this.#tail(id, status === 'running' ? startedAt : undefined) })));
  }

  /** Not by `--tail`: the engine takes the last lines first, and then those before `until`. */
  #tail(id: string, until?: string): Promise<string> {
    return this.#run('sh', ['-c', `docker logs ${until === undefined ? '' : `--until ${until}`} ${id} 2>&1 | tail -n 15`]).catch(messageOf);
  }

  /** Asked of the engine itself: compose's own `--wait` differs from version to version, and 1.29 has none. */
  async #untilHealthy(timeoutMs: number): Promise<void> {
    const failed = new AbortController();
    const check = async (): Promise<void> => {
      const waitedFor = (await this.containers()).filter((container) => !isReady(container));
      for (const { service, exitCode } of waitedFor.filter(hasFailed)) failed.abort(new UserFacingError(`The job ${service} has ended with exit code ${exitCode}.`));
      if (waitedFor.length > 0) throw new Error(waitedFor.map(({ service, status, health }) => `${service} is ${health ?? status}`).join(', '));
    };
    await waitUntil(check, { what: 'all containers healthy', timeoutMs, intervalMs: 250, signal: failed.signal });
  }

  async containers(): Promise<ContainerState[]> {
    const ids = (await this.docker(['ps', '-aq', '--filter', `label=${PROJECT_LABEL}=${this.name}`])).split('\n').filter(Boolean);
    if (ids.length === 0) return [];
    const inspected = JSON.parse(await this.docker(['inspect', ...ids])) as Inspected[];
    return inspected.map(({ Id, State, Config, RestartCount }) => ({
      service: Config.Labels['com.docker.compose.service'] ?? '',
      id: Id,
      status: State.Status,
      exitCode: State.ExitCode,
      health: State.Health?.Status,
      restarts: RestartCount,
      startedAt: State.StartedAt,
    }));
  }

  /** Containers, network and volumes, with the data and secrets in them: as README says. */
  async destroy(): Promise<void> {
    await this.compose(['--profile', 'second-nodes', 'down', '-v']);
  }

  /** What there still is of it: containers, volumes, networks. */
  async leftovers(): Promise<string[]> {
    const filter = ['--filter', `label=${PROJECT_LABEL}=${this.name}`];
    const lists = await Promise.all([this.docker(['ps', '-aq', ...filter]), this.docker(['volume', 'ls', '-q', ...filter]), this.docker(['network', 'ls', '-q', ...filter])]);
    return lists.flatMap((list) => list.split('\n').filter(Boolean));
  }

  async #run(command: string, args: readonly string[], onChild?: (child: ChildProcess) => void): Promise<string> {
    const running = promisify(execFile)(command, args, { cwd: repositoryRoot, env: this.#environment, encoding: 'utf8', maxBuffer: MAX_OUTPUT });
    onChild?.(running.child);
    try {
      return (await running).stdout;
    } catch (error) {
      const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
      throw new UserFacingError(`${[command, ...args].join(' ')} failed:\n${output.trimEnd().split('\n').slice(-15).join('\n')}`, { cause: error });
    }
  }
}

interface Inspected {
  readonly Id: string;
  readonly RestartCount: number;
  readonly State: { readonly Status: string; readonly ExitCode: number; readonly StartedAt: string; readonly Health?: { readonly Status: string } };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
}

/** Nothing starts a job again. */
function hasFailed({ status, exitCode, health }: ContainerState): boolean {
  return health === undefined && status === 'exited' && exitCode !== 0;
}

function isReady({ status, exitCode, health }: ContainerState): boolean {
  return health === undefined ? status === 'exited' && exitCode === 0 : status === 'running' && health === 'healthy';
}
