/** What a valid text looks like. */
export interface TextShape {
  /** For messages. */
  readonly expected: string;
  /** A regular expression (ECMA-262, as in OpenAPI) that takes exactly what `parse` takes. */
  readonly pattern: string;
  readonly minLength: number;
  readonly maxLength: number;
}
