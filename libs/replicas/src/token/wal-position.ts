import type { ClientBase, Pool } from 'pg';
import { FLUSHED, type FlushedRow, positionOf } from '../position/flushed';
import type { ConsistencyToken } from './consistency-tokens';

const SELECT = `SELECT ${FLUSHED}, (SELECT system_identifier::text FROM pg_control_system()) AS "systemId"`;

interface Row extends FlushedRow {
  readonly systemId: string;
}

/** Up to where a primary's log is flushed: at or beyond everything that anybody has seen committed before this call. */
export async function walPosition(primary: ClientBase | Pool): Promise<ConsistencyToken> {
  const { rows } = await primary.query<Row>(SELECT);
  const [row] = rows;
  if (!row) throw new Error('The server did not say where it is.');
  return { systemId: row.systemId, ...positionOf(row) };
}
