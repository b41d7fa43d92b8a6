import { compileRules, type Detector, type Rule } from '@madang/keywords';
import type { RuleDefinition, RuleSetView, VersionedRule } from './rule.contract';

/** Where a rule is hit, in UTF-16 code units of the text as it was sent: from, and up to but without. */
export type Span = readonly [start: number, end: number];

export interface RuleHit {
  readonly rule: VersionedRule;
  readonly spans: readonly Span[];
}

/** More of one rule in one message tell nobody anything. */
const MAX_SPANS = 20;

/** One version of the rules, ready to judge by. It never changes: whoever holds it judges by one whole set. */
export class RuleSet {
  private readonly rules: ReadonlyMap<string, VersionedRule>;
  private readonly detector: Detector;

  /** @throws what `compileRules` throws for a rule that is broken */
  constructor(readonly view: RuleSetView) {
    const active = view.rules.filter(({ mode }) => mode !== 'off');
    this.rules = new Map(active.map((rule) => [rule.id, rule]));
    this.detector = compileRules(active.map(toDetection));
  }

  get version(): number {
    return this.view.version;
  }

  /** Each rule that a text hits, once, in the order of the first place. */
  hits(text: string): RuleHit[] {
    const found = new Map<string, Span[]>();
    for (const { ruleId, start, end } of this.detector.detect(text)) {
      const spans = found.get(ruleId);
      if (!spans) found.set(ruleId, [[start, end]]);
      else if (spans.length < MAX_SPANS) spans.push([start, end]);
    }
    return [...found].flatMap(([id, spans]) => {
      const rule = this.rules.get(id);
      return rule ? [{ rule, spans }] : [];
    });
  }
}

export function toDetection({ id, detection }: RuleDefinition): Rule {
  return { id, ...detection };
}
