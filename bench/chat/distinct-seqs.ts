const EVENT = '["message"';
const SEQ = '"seq":';

/** What one socket was shown, each number once: a message that is delivered twice is no speed. */
export class DistinctSeqs {
  readonly #seqs = new Set<number>();

  /** @param packet as `RawSocket` gives it; it is searched, not parsed. @returns whether it is a message with a number that is new here */
  takes(packet: string): boolean {
    if (!packet.startsWith(EVENT)) return false;
    const seq = Number.parseInt(packet.slice(packet.indexOf(SEQ) + SEQ.length), 10);
    if (Number.isNaN(seq)) throw new Error(`A message without a number: ${packet}`);
    if (this.#seqs.has(seq)) return false;
    this.#seqs.add(seq);
    return true;
  }
}
