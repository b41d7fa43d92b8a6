import { text } from '@madang/service-kit';
import { z } from 'zod';

/** `live`: hits are told to the room. `shadow`: they are recorded only. `off`: nobody looks. */
export const RULE_MODES = ['live', 'shadow', 'off'] as const;

const MAX_COOLDOWN_MS = 7 * 86_400_000;

export const RuleId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'expected 1 to 63 of a-z, 0-9 and -' })
  .meta({ example: 'phone-number' });

const word = text(100);

const allow = z.array(word).max(1_000).exactOptional().meta({ description: 'A hit that overlaps one of these is none', example: ['escrow guide'] });
const words = z.array(word).min(1).max(5_000).meta({ example: ['escrow'] });
const pattern = text(500).meta({ description: 'In the syntax of RE2; all patterns together may compile to 2,000 instructions, where [a-z]{0,100} is 200' });
const patterns = z.array(pattern).max(100).exactOptional().meta({ description: 'Expressions that are hit, too' });
const wholeWord = z.boolean().exactOptional().meta({ description: 'Not within a longer word' });

/** What `@madang/keywords` takes, but for the rule's id. */
const Detection = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('words'), words, wholeWord, patterns, allow }),
    z.strictObject({ kind: z.literal('pattern'), pattern, allow }),
    z.strictObject({ kind: z.literal('phone-number'), allow }),
    z.strictObject({ kind: z.literal('bank-account'), words: words.exactOptional(), patterns, allow }),
  ])
  .meta({ id: 'Detection' });

export const RuleDefinition = z
  .strictObject({
    id: RuleId,
    detection: Detection,
    text: text(500).meta({ description: 'What the chat says in the room', example: 'Please keep payments inside the app.' }),
    action: z.literal('warn').default('warn'),
    cooldownMs: z.int().min(0).max(MAX_COOLDOWN_MS).meta({ description: 'A room is told again of this rule so long after it was told, by the times of the messages', example: 60_000 }),
    mode: z.enum(RULE_MODES),
  })
  .meta({ id: 'KeywordRule' });
export type RuleDefinition = z.output<typeof RuleDefinition>;

const MAX_RULES = 100;
const setVersion = z.int().positive().meta({ description: 'Counts the changes of the whole set' });
const ruleVersion = z.int().positive().meta({ description: 'Counts the changes of this rule' });

/** `PUT /keyword-rules`: what `GET` gave, changed. What is left out is no rule any more. */
export const RuleSetChange = z
  .strictObject({
    version: setVersion.optional().meta({ description: 'The version that was changed; 409 if it is not the latest. Without it the last writer wins' }),
    changedAt: z.string().optional().meta({ description: 'Passed over, so that what GET gave can be sent back' }),
    changedBy: text(64).default('admin').meta({ example: 'mina', description: 'Who asks: the admin token does not tell' }),
    rules: z
      .array(RuleDefinition.extend({ version: ruleVersion.optional().meta({ description: 'Passed over' }) }).meta({ id: 'NewKeywordRule' }))
      .max(MAX_RULES)
      .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, { error: 'two rules have one id' }),
  })
  .meta({ id: 'KeywordRuleSetChange' });
export type RuleSetChange = z.output<typeof RuleSetChange>;

export const VersionedRule = RuleDefinition.extend({ version: ruleVersion }).meta({ id: 'VersionedKeywordRule' });
export type VersionedRule = z.output<typeof VersionedRule>;

export const RuleSetView = z
  .object({ version: setVersion, changedBy: z.string(), changedAt: z.iso.datetime(), rules: z.array(VersionedRule) })
  .meta({ id: 'KeywordRuleSet' });
export type RuleSetView = z.output<typeof RuleSetView>;

/** `GET /keyword-rules/:id/versions` */
export const RuleHistory = z
  .object({
    items: z.array(
      z.object({
        version: ruleVersion,
        setVersion,
        changedBy: z.string(),
        changedAt: z.iso.datetime(),
        rule: RuleDefinition.nullable().meta({ description: 'null: taken out of the set' }),
      }),
    ),
  })
  .meta({ id: 'KeywordRuleHistory' });
export type RuleHistory = z.output<typeof RuleHistory>;
