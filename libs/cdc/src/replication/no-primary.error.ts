/** None of the database's servers takes writes at the moment; a failover ends with one that does. */
export class NoPrimaryError extends Error {
  constructor(found: readonly string[]) {
    super(`No server of the database is a primary: ${found.join('; ')}`);
    this.name = 'NoPrimaryError';
  }
}
