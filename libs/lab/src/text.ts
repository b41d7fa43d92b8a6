/** A text of the console in both of its languages. */
export interface Text {
  readonly en: string;
  readonly ko: string;
}
