import type { RuleDefinition } from '../rules/rule.contract';

/**
 * `said`: the room is told. `cooled-down`: it was told of this rule within the rule's cooldown. `repeated`: it was told of this rule
 * and this very message, which has been edited since. `shadow`: the rule is not live.
 */
export const OUTCOMES = ['said', 'cooled-down', 'repeated', 'shadow'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Trigger {
  readonly roomId: string;
  readonly messageId: string;
  readonly rule: Pick<RuleDefinition, 'id' | 'mode' | 'cooldownMs'>;
  /** When the message was said, in ms: by the event, so that a later delivery is judged alike. */
  readonly at: number;
}

/** Knows of what rooms were told, and decides of what they are told next. */
export class Warnings {
  /** By room and rule, ascending. */
  private readonly times = new Map<string, number[]>();
  private readonly told = new Set<string>();

  /** What happens to a hit; if it is said, it counts for those that follow. */
  decide({ roomId, messageId, rule, at }: Trigger): Outcome {
    if (rule.mode !== 'live') return 'shadow';
    if (this.told.has(pair(messageId, rule.id))) return 'repeated';
    // Times after it do not count: an old message that comes late is judged as it would have been in time.
    const last = this.times.get(pair(roomId, rule.id))?.findLast((time) => time <= at);
    if (last !== undefined && at - last < rule.cooldownMs) return 'cooled-down';
    this.tell(messageId, rule.id);
    this.tellAt(roomId, rule.id, at);
    return 'said';
  }

  /** A message of which its room was told. */
  tell(messageId: string, ruleId: string): void {
    this.told.add(pair(messageId, ruleId));
  }

  /** A time at which a room was told. */
  tellAt(roomId: string, ruleId: string, at: number): void {
    const key = pair(roomId, ruleId);
    const times = this.times.get(key) ?? [];
    times.splice(times.findLastIndex((time) => time <= at) + 1, 0, at);
    this.times.set(key, times);
  }
}

/** Neither kind of id holds a space. */
function pair(one: string, ruleId: string): string {
  return `${one} ${ruleId}`;
}
