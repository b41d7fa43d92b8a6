/** Nothing can be written or read as the primary's state for now. */
export class StandbyAtPrimaryError extends Error {
  readonly code = 'REPLICAS_STANDBY_AT_PRIMARY';

  constructor() {
    super('The server at the primary’s address is a standby. Try again when it has been promoted, or point the address to the primary.');
    this.name = 'StandbyAtPrimaryError';
  }
}
