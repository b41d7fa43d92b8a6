interface AnyRule {
  /** Unique among the rules. */
  readonly id: string;
  /** A hit that overlaps one of these is none: "kakao friends", the telephone number of your own support. */
  readonly allow?: readonly string[];
}

/** Words and phrases, found as people write them to get past a filter: see README. */
export interface WordsRule extends AnyRule {
  readonly kind: 'words';
  readonly words: readonly string[];
  /** Not within a longer word; Korean particles may follow. Default: anywhere. */
  readonly wholeWord?: boolean;
  /** Expressions that are hit, too: see `PatternRule`. */
  readonly patterns?: readonly string[];
}

/** A regular expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax), over the normalised text, in any case. */
export interface PatternRule extends AnyRule {
  readonly kind: 'pattern';
  readonly pattern: string;
}

/** Korean telephone numbers, mobile, landline and +82, also in words and look-alikes. */
export interface PhoneNumberRule extends AnyRule {
  readonly kind: 'phone-number';
}

/** 10 to 14 figures beside the name of a Korean bank or a word such as 계좌, 입금, account. */
export interface BankAccountRule extends AnyRule {
  readonly kind: 'bank-account';
  /** Words and expressions that are hit, too, without a number: "into my account". */
  readonly words?: readonly string[];
  readonly patterns?: readonly string[];
}

/** Plain data, as JSON has it. */
export type Rule = WordsRule | PatternRule | PhoneNumberRule | BankAccountRule;
