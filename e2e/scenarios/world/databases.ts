import type { QueryResultRow } from 'pg';
import { queryOnce } from '../../../infra/postgres/connect.ts';
import type { Ground } from './ground.ts';

/** What is stored in the end, where no client can look. A connection a question: servers die while a scenario is played. */
export class Databases {
  readonly #servers: Ground['postgres'];

  constructor({ postgres }: Ground) {
    this.#servers = postgres;
  }

  /** At the primary. */
  query<Row extends QueryResultRow>(database: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.at('primary', database, sql, values);
  }

  at<Row extends QueryResultRow>(server: keyof Ground['postgres'], database: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const url = new URL(this.#servers[server]);
    url.pathname = `/${database}`;
    return queryOnce<Row>(url.href, sql, values);
  }
}
