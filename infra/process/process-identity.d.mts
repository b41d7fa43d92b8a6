/** Names one process for ever, also after its pid has been given to another. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}
export function startTimeOf(pid: number): string | undefined;
export function isAlive(identity: ProcessIdentity): boolean;
