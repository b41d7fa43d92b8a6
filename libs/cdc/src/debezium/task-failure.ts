import type { ConnectorStatus } from './connect-client';

/** Causes that no restart changes. Kafka's own names, as they stand in Java's stack traces. */
const PERMANENT = /RecordTooLargeException|TopicAuthorizationException|ClusterAuthorizationException/;

export interface TaskFailure {
  /** The first line of the stack trace, and of its innermost cause. */
  readonly reason: string;
  readonly permanent: boolean;
}

/** Null while neither the connector nor a task of it has failed. */
export function failureOf({ connector, tasks }: ConnectorStatus): TaskFailure | null {
  const failed = [connector, ...tasks].find(({ state }) => state === 'FAILED');
  if (!failed) return null;
  const lines = (failed.trace ?? 'no reason given').split('\n');
  const cause = lines.findLast((line) => line.startsWith('Caused by: '));
  const reason = [lines[0], cause].filter((line) => line !== undefined).join(' ').slice(0, 500);
  return { reason, permanent: PERMANENT.test(failed.trace ?? '') };
}

/** Whether the connector and its one task run. */
export function runs({ connector, tasks }: ConnectorStatus): boolean {
  return connector.state === 'RUNNING' && tasks.length > 0 && tasks.every(({ state }) => state === 'RUNNING');
}
