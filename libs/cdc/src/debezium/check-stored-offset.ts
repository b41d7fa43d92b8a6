import { ControlConnection } from '../slot/control-connection';
import type { LogReaderOptions } from '../reader-settings';
import { connectorName } from './connector-config';
import { checkStoredLsn, readSlotAndLog } from './log-position';
import { storedLsn } from './stored-offset';

/**
 * For another engine that takes the slot over from Debezium, before it makes Kafka Connect forget: whether the slot still holds
 * what follows the position that Debezium had reached. Forgotten unseen, a gap would be skipped without a word.
 *
 * @param offset as Kafka Connect has filed it
 * @throws OffsetAheadError, OffsetBehindError, the errors of a slot that is missing or wrong
 */
export async function checkStoredOffset(
  { connection, slot, publication, table = 'public.outbox' }: Pick<LogReaderOptions, 'connection' | 'slot' | 'publication' | 'table'>,
  database: string,
  offset: Readonly<Record<string, unknown>>,
): Promise<void> {
  const control = new ControlConnection(connection, { slot, publication, table });
  try {
    await control.choose();
    const { log } = await readSlotAndLog(control, slot); // a slot that is not there holds nothing
    checkStoredLsn(connectorName(database), storedLsn([{ offset }]), undefined, log);
  } finally {
    await control.close();
  }
}
