import { isUtf8 } from 'node:buffer';
import type { KafkaRecord } from '../kafka-record';

/** What is shown of a value or header at most, in bytes: enough to recognise it, whatever somebody has sent. */
const MAX_VALUE_BYTES = 16 * 1024;
const MAX_HEADER_BYTES = 1024;
const MAX_HEADERS = 64;

/** A value as it can be shown: text where it is text, else base64. */
export interface ShownValue {
  readonly encoding: 'utf8' | 'base64';
  /** Its beginning. */
  readonly content: string;
  /** Length of the whole in bytes. */
  readonly bytes: number;
  readonly truncated: boolean;
}

export interface ShownRecord {
  /** Null for a tombstone. */
  readonly value: ShownValue | null;
  /** As text; `base64:…` where they are none; an ellipsis ends those that are longer than 1 KiB. */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers beyond the first 64. */
  readonly moreHeaders: number;
}

export function showRecord({ value, headers }: KafkaRecord): ShownRecord {
  const all = Object.entries(headers);
  const shown = all.slice(0, MAX_HEADERS).map(([name, content]) => [name, inOneLine(show(content, MAX_HEADER_BYTES))] as const);
  return {
    value: value && show(value, MAX_VALUE_BYTES),
    headers: Object.fromEntries(shown),
    moreHeaders: all.length - shown.length,
  };
}

function show(content: Buffer, maxBytes: number): ShownValue {
  const truncated = content.length > maxBytes;
  const beginning = content.subarray(0, maxBytes);
  const rest = { bytes: content.length, truncated };
  if (!isUtf8(content)) return { encoding: 'base64', content: beginning.toString('base64'), ...rest };
  // The decoder keeps a character back that the cut has split.
  return { encoding: 'utf8', content: new TextDecoder('utf-8', { ignoreBOM: true }).decode(beginning, { stream: truncated }), ...rest };
}

function inOneLine({ encoding, content, truncated }: ShownValue): string {
  return `${encoding === 'base64' ? 'base64:' : ''}${content}${truncated ? '…' : ''}`;
}
