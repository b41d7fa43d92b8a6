import { uuid } from '@madang/service-kit';
import { z } from 'zod';
import { SpanView } from '../hits/hit.contract';
import { RuleDefinition } from '../rules/rule.contract';

const offset = z.string().regex(/^\d{1,18}$/, { error: 'is not an offset' });

/** A stretch of history: records of a partition from `from` up to, but without, `to`. */
const Stretch = z.strictObject({ partition: z.int().min(0).max(1_000), from: offset, to: offset }).meta({ id: 'DryRunStretch' });
export type Stretch = z.output<typeof Stretch>;

/** `POST /keyword-rules/dry-run` */
export const DryRun = z
  .strictObject({
    rule: RuleDefinition,
    since: z.iso.datetime({ offset: true }).optional().meta({ description: 'Only messages from then on; all that the topic holds, some 7 days, unless given' }),
    remaining: z.array(Stretch).max(100).optional().meta({ description: 'Of the answer before: goes on there' }),
  })
  .meta({ id: 'DryRun' });
export type DryRun = z.output<typeof DryRun>;

export const DryRunReport = z
  .object({
    messages: z.int().meta({ description: 'Posted or edited, and judged' }),
    hits: z.int(),
    said: z.int().meta({ description: 'Of the hits, those that a live rule would have told the room; at the seam of two answers there may be one more a room' }),
    samples: z
      .array(
        z.object({
          messageId: uuid(),
          roomId: uuid(),
          seq: z.int(),
          at: z.iso.datetime({ offset: true }),
          partition: z.int(),
          offset: z.string(),
          spans: z.array(SpanView),
        }),
      )
      .meta({ description: 'The first 20 hits. The words are the chat’s' }),
    remaining: z.array(Stretch).meta({ description: 'What was not reached within 5 s: send it to go on. Empty: all is read' }),
  })
  .meta({ id: 'DryRunReport' });
export type DryRunReport = z.output<typeof DryRunReport>;
