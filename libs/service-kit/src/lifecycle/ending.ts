import { Injectable } from '@nestjs/common';

/** Tells answers that have no end of their own (event streams) that the process wants to end: it waits for what is in flight. */
@Injectable()
export class Ending {
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;

  begin(): void {
    this.#controller.abort();
  }
}
