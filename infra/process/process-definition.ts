import type { Launch } from './child.ts';
import type { SharedAddress } from './listening-socket.ts';
import type { ToolContext } from './run-tool.ts';

/** A topology is a list of these: data, so that tests can run one of their own with stand-ins. */
export interface ProcessDefinition {
  readonly name: string;
  /** A service runs until it is stopped; a job runs to its end, which must be exit code 0. */
  readonly kind: 'service' | 'job';
  /** Names of processes that must be healthy (or done) before this one starts; they are stopped after it. */
  readonly dependsOn: readonly string[];
  readonly launch: () => Launch;
  /** Before every start: whatever must exist first, such as a data directory. Must survive being interrupted. */
  readonly prepare?: (context: ToolContext) => Promise<void>;
  /** Throws until the process is ready to be used. Called again and again while it starts, and by `status`. */
  readonly checkHealth?: () => Promise<void>;
  /** While it is not ready: what a person has to do about that, if waiting does not help. A start ends with this as well as with health. */
  readonly needsHelp?: () => Promise<string | undefined>;
  /** Once after each start, when `checkHealth` passes and before dependents start, such as provisioning. */
  readonly afterHealthy?: () => Promise<void>;
  /** Asks for an orderly end. Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Time for an orderly end, after which the process is killed. Default 10,000 ms. */
  readonly stopGraceMs?: number;
  /** Time until the health check must pass. Default 60,000 ms. */
  readonly startTimeoutMs?: number;
  /** There if a second one may run beside the first and take over from it (`roll`). */
  readonly takeover?: Takeover;
  /** Ports it will listen on, each with the environment variable that moves it. */
  readonly ports?: readonly PortClaim[];
}

/**
 * How one process takes over from another without a gap: both get one listening socket, as the descriptor that their variable
 * LISTEN_FD names. On SIGUSR2 the old one stops accepting, lets its clients go in order, and ends.
 */
export interface Takeover {
  readonly address: SharedAddress;
  /** Throws until the process of this pid is ready: another one may answer on the same port. */
  readonly checkHealth: (pid: number) => Promise<void>;
}

export interface PortClaim {
  readonly variable: string;
  readonly port: number;
}

export type ProcessState =
  | 'waiting' // for what it depends on
  | 'preparing'
  | 'starting' // runs, not yet healthy
  | 'healthy'
  | 'frozen' // paused: SIGSTOP
  | 'rolling' // serves, while another one takes over
  | 'backing-off' // died; will be started again
  | 'stopping'
  | 'stopped'
  | 'done' // a job that succeeded
  | 'failed';
