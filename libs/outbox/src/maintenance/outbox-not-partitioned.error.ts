/** Thrown at the start: the code is newer than the database. */
export class OutboxNotPartitionedError extends Error {
  readonly code = 'OUTBOX_NOT_PARTITIONED';

  constructor() {
    super('The table outbox is not partitioned. Add PartitionOutbox1764000000003 to the migrations of the DataSource and run them.');
    this.name = 'OutboxNotPartitionedError';
  }
}
