import { InvalidIdError, InvalidOptionError } from '../src/index';

/** What came of reading: `accepted`, or the code of the refusal. */
export function outcome(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    return error instanceof InvalidIdError || error instanceof InvalidOptionError ? error.code : error;
  }
  return 'accepted';
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
