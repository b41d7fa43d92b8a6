import type { DataSource } from 'typeorm';
import type { PostgresQuery } from '../index';

/** For `new PostgresLeaseStore(leaseQuery(dataSource))`. `DataSource.query` would not do: of an UPDATE it gives a pair, without the rows' place. */
export function leaseQuery(dataSource: DataSource): PostgresQuery {
  return async (text, values) => {
    const runner = dataSource.createQueryRunner();
    try {
      const { records } = await runner.query(text, [...values], true);
      return { rows: records };
    } finally {
      await runner.release();
    }
  };
}
