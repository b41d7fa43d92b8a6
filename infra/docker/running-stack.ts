import { randomUUID } from 'node:crypto';
import { freePorts } from '../core/free-ports.ts';
import { waitUntil } from '../core/wait-until.ts';
import { portVariables, type CdcEngineName, type Ports } from '../sandbox/settings.ts';
import { readCompose } from './compose-file.ts';
import { ComposeProject } from './compose-project.ts';

const HEALTHY_MS = 300_000;

/** A container of a stack, as tests treat a process. */
export interface ContainerProcess {
  /** Resolves when it is healthy again. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL; like a runner's process it is started again, unless `restart` is false. */
  kill(options?: { restart?: boolean }): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Without its container and with its data; `start` by {@link RunningStack.add}. */
  remove(): Promise<void>;
}

export interface ComposeOptions {
  /** Of each service. */
  readonly hasSecondNodes?: boolean;
}

const SECOND_NODES = 'second-nodes';

/** The stack of docker-compose.yml under a name of its own and on free ports, beside any other. */
export class RunningStack {
  readonly project: ComposeProject;
  readonly ports: Ports;
  /** Of containers, by service: a fault shall not have to look for its victim. */
  readonly #ids = new Map<string, string>();

  private constructor(project: ComposeProject, ports: Ports) {
    this.project = project;
    this.ports = ports;
  }

  /** Not started yet. */
  static async prepare(cdc: CdcEngineName, { hasSecondNodes = false }: ComposeOptions = {}): Promise<RunningStack> {
    const variables = [...portVariables, ...(hasSecondNodes ? secondPorts() : [])];
    const numbers = await freePorts(variables.length);
    const ports = Object.fromEntries(portVariables.map((variable, index) => [variable, numbers[index]])) as Ports;
    const settings = Object.fromEntries(variables.map((variable, index) => [variable, String(numbers[index])]));
    return new RunningStack(new ComposeProject(`madang-${randomUUID().slice(0, 8)}`, { ...settings, CDC_ENGINE: cdc, COMPOSE_PROFILES: hasSecondNodes ? SECOND_NODES : '' }), ports);
  }

  process(name: string): ContainerProcess {
    const docker = async (...args: readonly string[]): Promise<void> => void (await this.project.docker([...args, await this.#idOf(name)]));
    const start = async (): Promise<void> => {
      await docker('start');
      await this.#untilHealthy(name);
    };
    return {
      start,
      stop: () => docker('stop'),
      kill: async ({ restart = true } = {}) => {
        // The engine takes a kill for an order: it restarts nothing by itself after one.
        await docker('kill', '--signal', 'KILL');
        if (restart) await docker('start');
      },
      pause: () => docker('pause'),
      resume: () => docker('unpause'),
      remove: async () => {
        await docker('rm', '--force');
        this.#ids.delete(name);
      },
    };
  }

  /** Makes the container of a service anew, and resolves when it is healthy. */
  async add(name: string): Promise<void> {
    await this.project.compose(['up', '-d', '--no-deps', name]);
    await this.#untilHealthy(name);
  }

  /** What a file in a container says. */
  async read(service: string, path: string): Promise<string> {
    return (await this.project.docker(['exec', await this.#idOf(service), 'cat', path])).trimEnd();
  }

  async #idOf(name: string): Promise<string> {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const found = (await this.project.containers()).find(({ service }) => service === name);
    if (!found) throw new Error(`There is no container of ${name}`);
    this.#ids.set(name, found.id);
    return found.id;
  }

  async #untilHealthy(name: string): Promise<void> {
    const check = async (): Promise<void> => {
      const found = (await this.project.containers()).find(({ service }) => service === name);
      if (found?.health !== 'healthy') throw new Error(`is ${found?.health ?? 'not there'}`);
    };
    await waitUntil(check, { what: `${name} healthy`, timeoutMs: HEALTHY_MS, intervalMs: 250 });
  }
}

/** Variables of the ports at which second nodes are published; drift.ts holds them to their names. */
function secondPorts(): string[] {
  const nodes = Object.entries(readCompose()).filter(([, { profiles }]) => profiles?.includes(SECOND_NODES));
  return nodes.map(([name]) => `${name.toUpperCase().replaceAll('-', '_')}_PORT`);
}
