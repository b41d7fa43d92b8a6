import { SNOWFLAKE_PRESETS, TYPE_ID_PREFIX } from '@madang/ids';
import { queryInteger, text } from '@madang/service-kit';
import { z } from 'zod';
import { CATALOGUE, FORMAT_NAMES, type FormatDescription } from './catalogue';
import type { PresetName } from './formats';

/** A thousand Snowflakes take a quarter of a millisecond of their node's supply. */
export const MOST_IDS = 1_000;

export const FormatParam = z.enum(FORMAT_NAMES, { error: `expected one of ${FORMAT_NAMES.join(', ')}` }).meta({ example: 'uuidv7' });

/** `GET /ids/:format` */
export const GenerateQuery = z.strictObject({
  count: queryInteger({ min: 1, max: MOST_IDS }).default(1).meta({ description: `How many ids, 1 to ${MOST_IDS}; 1 unless given` }),
  prefix: z
    .string()
    .regex(TYPE_ID_PREFIX, { error: 'expected 0 to 63 small letters and underscores, with a letter at both ends' })
    .optional()
    .meta({ description: 'Of TypeIDs only: what stands in front; "id" unless given' }),
});
export type GenerateQuery = z.output<typeof GenerateQuery>;

export const Ids = z.object({ ids: z.array(z.string()).meta({ example: [CATALOGUE.uuidv7.example] }) }).meta({ id: 'Ids' });
export type Ids = z.output<typeof Ids>;

/** Longer than any id: what is longer is not looked at. */
export const IdText = text(200).meta({ example: CATALOGUE.uuidv7.example });
const PastedId = IdText.meta({ description: 'Any text that may be an id; spaces around it, capitals and look-alikes are taken' });

/** `GET /ids/:format/:id` */
export const ExplainQuery = z.strictObject({
  preset: z
    .enum(Object.keys(SNOWFLAKE_PRESETS) as [PresetName, ...PresetName[]])
    .optional()
    .meta({ description: 'Of Snowflakes only: whose epoch and layout; "twitter" unless given' }),
});
export type ExplainQuery = z.output<typeof ExplainQuery>;

const field = z.object({
  name: z.string().meta({ example: 'unix_ts_ms' }),
  bits: z.int().meta({ example: 48 }),
  value: z.string().meta({ example: '1645557742000', description: 'Decimal, or hexadecimal with 0x' }),
  meaning: z.string().meta({ example: 'milliseconds since 1970' }),
});

export const IdExplanation = z
  .object({
    format: FormatParam,
    id: z.string().meta({ example: CATALOGUE.uuidv7.example }),
    time: z.string().nullable().meta({ example: '2022-02-22T19:22:22.000Z', description: 'ISO 8601, after 9999 with a sign and six digits of the year. When the id says that it was made; null where the format holds no time' }),
    hex: z.string().meta({ example: '017f22e279b07cc398c4dc0c0c07398f', description: 'All bytes' }),
    fields: z.array(field).readonly().meta({ description: 'From the most significant bit on' }),
  })
  .meta({ id: 'IdExplanation' });
export type IdExplanation = z.output<typeof IdExplanation>;

/** `GET /decode` */
export const DecodeQuery = z.strictObject({ id: PastedId.meta({ example: '175928847299117063' }) });
export type DecodeQuery = z.output<typeof DecodeQuery>;

export const Readings = z
  .object({
    readings: z.array(IdExplanation.extend({ preset: z.string().optional().meta({ description: 'Which Snowflake' }) })),
  })
  .meta({ id: 'Readings' });
export type Readings = z.output<typeof Readings>;

const description = z.object({
  format: FormatParam,
  description: z.string(),
  bits: z.int(),
  textLength: z.int().meta({ description: 'Characters, at most' }),
  precisionMs: z.number().nullable().meta({ description: 'To what the time is exact; null where there is none' }),
  ordered: z.boolean().meta({ description: 'Whether later ids of one process are greater' }),
  example: z.string(),
}) satisfies z.ZodType<FormatDescription>;

/** `GET /ids` */
export const FormatList = z
  .object({ formats: z.array(description), nodeId: z.int().nullable().meta({ description: 'The node number in Snowflakes and TSIDs of this process; null while it has none' }) })
  .meta({ id: 'FormatList' });
export type FormatList = z.output<typeof FormatList>;
