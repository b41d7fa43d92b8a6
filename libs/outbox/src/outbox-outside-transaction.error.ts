/** Thrown when an event would be written without the state that it reports: that is the dual write an outbox exists to prevent. */
export class OutboxOutsideTransactionError extends Error {
  readonly code = 'OUTBOX_OUTSIDE_TRANSACTION';

  constructor(type: string) {
    super(
      `Event "${type}" was published outside a transaction. ` +
        'Pass the EntityManager that dataSource.transaction(...) gives you, and write the state with the same one.',
    );
    this.name = 'OutboxOutsideTransactionError';
  }
}
