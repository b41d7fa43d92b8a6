import { pageOf, pageQuery, uuid } from '@madang/service-kit';
import { z } from 'zod';
import { OUTCOMES } from '../judging/warnings';
import { RuleId } from '../rules/rule.contract';

export const SpanView = z.tuple([z.int(), z.int()]).meta({ example: [4, 17], description: 'In UTF-16 code units of the text: from, and up to but without' });

export const HitView = z
  .object({
    id: uuid(),
    roomId: uuid(),
    messageId: uuid(),
    seq: z.int().meta({ description: 'Of the change of the room that was judged: a posted or an edited message' }),
    ruleId: RuleId,
    ruleVersion: z.int(),
    spans: z.array(SpanView).meta({ description: 'At most 20. The words are the chat’s' }),
    outcome: z.enum(OUTCOMES).meta({
      description: 'said: the room was told. cooled-down: it had been told of this rule shortly before. repeated: of this very message, which was edited. shadow: the rule was not live',
    }),
    triggeredAt: z.iso.datetime().meta({ description: 'When the message was said' }),
  })
  .meta({ id: 'Hit' });
export type HitView = z.output<typeof HitView>;

export const HitPage = pageOf(HitView).meta({ id: 'HitPage' });
export type HitPage = z.output<typeof HitPage>;

/** `GET /hits`; a cursor holds the id of the last hit seen. */
export const HitQuery = pageQuery(z.object({ id: z.uuid() })).extend({ ruleId: RuleId.optional().meta({ description: 'Only the hits of this rule' }) });
export type HitQuery = z.output<typeof HitQuery>;
