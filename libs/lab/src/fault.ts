import type { Text } from './text';

/** What a fault does to a running platform, as data; `LabDriver` carries it out. */
export type FaultAction =
  /** kill -9 of processes; their supervisor starts them again, unless `stayDown`. */
  | { readonly do: 'kill'; readonly processes: readonly string[]; readonly stayDown?: boolean }
  /** SIGSTOP until reverted. */
  | { readonly do: 'freeze'; readonly processes: readonly string[] }
  /** `recovery_min_apply_delay` of a standby. */
  | { readonly do: 'delay-replica'; readonly replica: 'replica-1' | 'replica-2'; readonly ms: number }
  | { readonly do: 'pause-replay'; readonly replica: 'replica-1' | 'replica-2' }
  /** The service's own end point, `PUT /lab/faults/:name`, in sandbox mode only (a clock set back, deliveries doubled, …). */
  | { readonly do: 'tell'; readonly service: string; readonly fault: string; readonly value: number };

export interface Fault {
  readonly name: string;
  readonly title: Text;
  readonly does: Text;
  /** What should hold all the same. */
  readonly holds: Text;
  /** Asked before it is injected; the first is right. Shown in an order of its own. */
  readonly prediction: { readonly question: Text; readonly answers: readonly [right: Text, ...wrong: Text[]] };
  readonly action: FaultAction;
  /** It reverts by itself after so long. */
  readonly revertAfterMs: number;
}

/** One that was injected, and not yet taken back. */
export interface ActiveFault {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970, as `revertsAt`. */
  readonly since: number;
  readonly revertsAt: number;
}
