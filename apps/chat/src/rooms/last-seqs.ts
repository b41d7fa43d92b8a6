import type { DataSource } from 'typeorm';

/** Where rooms stand. */
export async function lastSeqsOf(dataSource: DataSource, roomIds: readonly string[]): Promise<Record<string, number>> {
  if (roomIds.length === 0) return {};
  const rows: { id: string; lastSeq: number }[] = await dataSource.query('SELECT id, last_seq AS "lastSeq" FROM room WHERE id = ANY($1::uuid[])', [roomIds]);
  return Object.fromEntries(rows.map(({ id, lastSeq }) => [id, lastSeq]));
}
