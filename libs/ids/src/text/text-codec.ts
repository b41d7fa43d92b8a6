import type { IdProblem } from '../errors/invalid-id.error';
import type { TextShape } from './text-shape';

/** The text of a format, and the number that its bytes stand for. */
export interface TextCodec extends TextShape {
  /** What keeps a text from being valid. */
  problem(text: string): IdProblem | undefined;
  /** Of a text without a problem. */
  toNumber(text: string): bigint;
  /** May give a text with a problem. */
  toText(value: bigint): string;
  /** Of a spelling that the format's specification lets a reader accept, the canonical one. */
  canonical(text: string): string;
}
