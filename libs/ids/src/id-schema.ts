import type { IdFormat, TimeOrderedFormat } from './format';
import { SnowflakeFormat } from './snowflake/snowflake';

/** A JSON Schema, as OpenAPI, Nest's `@ApiParam({ schema })` and `@ApiProperty()`, Fastify and Zod's `meta()` take it. */
export interface IdSchema {
  type: 'string';
  format: string;
  pattern: string;
  minLength: number;
  maxLength: number;
  example: string;
  description: string;
}

const EXAMPLE_TIME = Date.UTC(2026, 0, 1);
const EXAMPLE_V4 = '5b1d3c79-a0e8-4f26-8d34-b7c9e1f05a62';
/** Where an id of the example's time is free to be anything. */
const EXAMPLE_BITS = Uint8Array.of(0x5b, 0x1d, 0x3c, 0x79, 0xa0, 0xe8, 0x4f, 0x26, 0x8d, 0x34, 0xb7, 0xc9, 0xe1, 0xf0, 0x5a, 0x62, 0x13, 0xd4, 0x7b, 0x86);

/** Describes the canonical text. The example is always the same, so that a document does not change from build to build. */
export function idSchema(format: IdFormat<string>): IdSchema {
  const { expected, pattern, minLength, maxLength } = format.text;
  return {
    type: 'string',
    format: format.name.startsWith('uuid') ? 'uuid' : format.name,
    pattern,
    minLength,
    maxLength,
    example: isTimeOrdered(format) ? exampleOf(format) : EXAMPLE_V4,
    description: `${format.name}: ${expected}`,
  };
}

function exampleOf(format: TimeOrderedFormat<string>): string {
  const time = timeOf(format);
  const low = format.toBytes(format.min(time));
  const high = format.toBytes(format.max(time));
  return format.fromBytes(low.map((byte, i) => byte | ((high[i] as number) & (EXAMPLE_BITS[i] as number))));
}

/** A Snowflake may have an epoch of its own, and few bits of time after it. */
function timeOf(format: TimeOrderedFormat<string>): Date {
  const time = new Date(EXAMPLE_TIME);
  if (!(format instanceof SnowflakeFormat)) return time;
  const { epoch, layout } = format;
  return EXAMPLE_TIME >= epoch && EXAMPLE_TIME < epoch + 2 ** layout.timeBits ? time : new Date(epoch);
}

function isTimeOrdered(format: IdFormat<string>): format is TimeOrderedFormat<string> {
  return 'min' in format;
}
