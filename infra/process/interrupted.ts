/** A start that was broken off on purpose: somebody asked for a stop meanwhile. */
export class Interrupted extends Error {
  override readonly name: string = 'Interrupted';

  constructor(what: string) {
    super(`${what}: interrupted`);
  }
}
