import { CdcError } from '@madang/cdc';

/** The slot is not there, or was not finished with. */
const HEALED_BY_RECONCILING: ReadonlySet<string> = new Set(['CDC_SLOT_MISSING', 'CDC_SLOT_LOST', 'CDC_RECONCILE_UNFINISHED']);
/** The slot is in order, but Kafka Connect remembers another one, or another log. */
const HEALED_BY_FORCE: ReadonlySet<string> = new Set(['CDC_OFFSET_AHEAD', 'CDC_OFFSET_BEHIND', 'CDC_LOG_HISTORY_CHANGED']);

/** What the library cannot know: how its `reconcile()` is called here. Null where that would not help. */
export function remedyOf(database: string, error: unknown): string | null {
  if (!(error instanceof CdcError)) return null;
  const command = `npm run reconcile -- ${database}`;
  if (HEALED_BY_RECONCILING.has(error.code)) return `To heal ${database} (${error.code}): ${command}`;
  if (HEALED_BY_FORCE.has(error.code)) return `To heal ${database} (${error.code}): ${command} --force`;
  return null;
}
