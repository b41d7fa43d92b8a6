import type { DataSource } from 'typeorm';

/** What two clocks say. The server's gives rows their time; nothing is thrown away before both say that it is time. */
export interface Clocks {
  readonly server: Date;
  readonly process: Date;
}

/** Reads the server's clock and this process's. */
export async function readClocks(dataSource: DataSource): Promise<Clocks> {
  const [row]: { now: Date }[] = await dataSource.query('SELECT clock_timestamp() AS now');
  if (!row) throw new Error('The server does not tell the time');
  return { server: row.now, process: new Date() };
}

/** A clock that has jumped ahead deletes nothing as long as the other has not. */
export function earlierOf({ server, process }: Clocks): Date {
  return server < process ? server : process;
}
