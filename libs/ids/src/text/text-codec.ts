import type { IdProblem } from '../errors/invalid-id.error';

/** The text of a format, and the number that its bytes stand for. */
export interface TextCodec {
  /** What a valid text looks like, for messages. */
  readonly expected: string;
  /** What keeps a text from being valid. */
  problem(text: string): IdProblem | undefined;
  /** Of a text without a problem. */
  toNumber(text: string): bigint;
  /** May give a text with a problem. */
  toText(value: bigint): string;
  /** Of a spelling that the format's specification lets a reader accept, the canonical one. */
  canonical(text: string): string;
}
