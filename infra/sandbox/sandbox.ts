import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, UserFacingError } from '../core/user-facing-error.ts';
import { Interrupted } from '../process/interrupted.ts';
import type { ManagedProcess } from '../process/managed-process.ts';
import { endOrphans } from '../process/orphans.ts';
import { PidFiles } from '../process/pid-files.ts';
import { takeLock } from '../process/pid-lock.mjs';
import type { ProcessDefinition, ProcessState } from '../process/process-definition.ts';
import { Supervisor } from '../process/supervisor.ts';
import { AlreadyRunning } from './already-running.ts';
import { ControlServer } from './control-server.ts';
import { checkFreeSpace, checkPorts, diskFullMessage, prepareStateDirectory } from './preflight.ts';
import { loadSecrets, saveSecrets, type Secrets } from './secrets.ts';
import { databases } from './services.ts';
import { cdcEngineFrom, checkCommonSettings, portsFrom, stateDirectoryFrom, type CdcEngineName, type Environment, type Ports } from './settings.ts';
import { addressesOf, statusOf, summaryOf, type ProcessSummary, type SandboxStatus } from './status.ts';
import { sandboxTopology, type TopologyContext } from './topology.ts';

export interface SandboxOptions {
  /** Default: `.sandbox` in the root. Another one makes a sandbox of its own beside it. */
  readonly stateDirectory?: string;
  /** Default: from the environment, else those of DEFAULT_PORTS. */
  readonly ports?: Ports;
  /** Default: the process's own. */
  readonly environment?: Environment;
  /** Default: CDC_ENGINE of the environment, else `embedded`. */
  readonly cdc?: CdcEngineName;
  /** What is run. Default: the whole platform. */
  readonly topology?: (context: TopologyContext) => ProcessDefinition[];
  /** Each change of a process's state. */
  readonly onState?: (process: ManagedProcess, state: ProcessState, detail?: string) => void;
  /** News for a person. */
  readonly report?: (line: string) => void;
  /** It cannot go on by itself (the disk is full) and has begun to stop. */
  readonly onFatal?: (error: Error) => void;
}

export type Phase = 'starting' | 'running' | 'stopping' | 'stopped';

/** A whole platform under supervision: what `npm start` runs, and what tests and the lab drive. */
export class Sandbox {
  readonly stateDirectory: string;
  readonly ports: Ports;
  readonly cdc: CdcEngineName;
  readonly secrets: Secrets;
  readonly #options: SandboxOptions;
  readonly #topology: readonly ProcessDefinition[];
  #supervisor: Supervisor | undefined;
  #phase: Phase = 'stopped';
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #cleanUp: (() => void | Promise<void>)[] = [];
  readonly #ended = Promise.withResolvers<void>();

  constructor(options: SandboxOptions = {}) {
    const environment = options.environment ?? process.env;
    this.#options = options;
    this.stateDirectory = options.stateDirectory ?? stateDirectoryFrom(environment);
    this.ports = options.ports ?? portsFrom(environment);
    this.cdc = options.cdc ?? cdcEngineFrom(environment);
    checkCommonSettings(environment);
    prepareStateDirectory(this.stateDirectory);
    this.secrets = loadSecrets(this.#secretsFile, databases);
    const context = { stateDirectory: this.stateDirectory, ports: this.ports, cdc: this.cdc, secrets: this.secrets, environment };
    this.#topology = (options.topology ?? sandboxTopology)(context);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Resolves when it has been stopped, whoever asked for it. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /**
   * Resolves when everything is healthy; otherwise nothing is left running.
   * @throws AlreadyRunning, UserFacingError (taken port, full disk), ProcessFailure
   */
  async start(): Promise<void> {
    this.#starting ??= this.#start();
    try {
      await this.#starting;
    } catch (error) {
      await this.stop();
      throw this.#explained(error);
    }
  }

  /** Ends everything in order, at any moment; leaves no process and no lock. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** SIGKILL to everything; `stop` then has nothing left to wait for. */
  killNow(): void {
    this.#supervisor?.killNow();
  }

  /** A process by its name: start, stop, kill, pause, resume. @throws with the names that exist */
  process(name: string): ManagedProcess {
    if (!this.#supervisor) throw new Error('The sandbox is not started');
    return this.#supervisor.process(name);
  }

  get #secretsFile(): string {
    return join(this.stateDirectory, 'secrets.json');
  }

  /** Takes half a second: the CPU is measured meanwhile. */
  status(): Promise<SandboxStatus> {
    return statusOf(this.#phase, this.cdc, this.#topology, this.#supervisor?.processes ?? []);
  }

  /** At once, and of each process only what need not be measured. */
  summary(): readonly ProcessSummary[] {
    return (this.#supervisor?.processes ?? []).map(summaryOf);
  }

  async #start(): Promise<void> {
    const runDirectory = join(this.stateDirectory, 'run');
    const lock = takeLock(join(runDirectory, 'lock'));
    if (!lock.taken) throw new AlreadyRunning(lock.holder, this.stateDirectory, addressesOf(this.#topology));
    this.#cleanUp.push(() => lock.release());
    this.#phase = 'starting';
    // Only now: two first starts at the same time must not overwrite each other's.
    saveSecrets(this.#secretsFile, this.secrets);

    const orphans = await endOrphans(new PidFiles(runDirectory));
    if (orphans.length > 0) this.#report(`The last run was killed and left processes behind; they have been ended: ${orphans.join(', ')}`);
    checkFreeSpace(this.stateDirectory);
    await checkPorts(this.#topology);
    this.#rejectIfStopping();

    const supervisor = new Supervisor(this.#topology, {
      stateDirectory: this.stateDirectory,
      restart: true,
      onState: (process, state, detail) => this.#onState(process, state, detail),
    });
    this.#supervisor = supervisor;
    const control = await ControlServer.open(this, runDirectory);
    this.#cleanUp.push(() => control.close());
    const bounds = setInterval(() => supervisor.enforceLogBounds(), 10_000);
    this.#cleanUp.push(() => clearInterval(bounds));
    this.#rejectIfStopping();
    await supervisor.start();
    this.#rejectIfStopping();
    this.#phase = 'running';
  }

  async #stop(): Promise<void> {
    if (this.#phase === 'stopped' && !this.#starting) return;
    this.#phase = 'stopping';
    await this.#supervisor?.stop();
    await this.#starting?.catch(() => undefined);
    await this.#supervisor?.stop();
    for (const clean of this.#cleanUp.reverse()) await clean();
    this.#phase = 'stopped';
    this.#ended.resolve();
  }

  #rejectIfStopping(): void {
    if (this.#phase === 'stopping') throw new Interrupted('the start');
  }

  #onState(process: ManagedProcess, state: ProcessState, detail?: string): void {
    this.#options.onState?.(process, state, detail);
    if (state !== 'backing-off' || this.#phase !== 'running') return;
    const message = diskFullMessage(this.stateDirectory, process.log.tail(20));
    if (!message) return;
    this.#options.onFatal?.(new UserFacingError(message));
    void this.stop();
  }

  #explained(error: unknown): unknown {
    if (error instanceof UserFacingError || !existsSync(this.stateDirectory)) return error;
    const message = diskFullMessage(this.stateDirectory, messageOf(error).split('\n'));
    return message ? new UserFacingError(message, { cause: error }) : error;
  }

  #report(line: string): void {
    this.#options.report?.(line);
  }
}
