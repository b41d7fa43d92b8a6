import { type FieldFault, Problem } from './problem';

/** What a {@link ProblemError} says besides its status and code. */
export interface ProblemDetails {
  /** Shown to the client: what went wrong and what to do next. */
  readonly detail?: string;
  readonly errors?: readonly FieldFault[];
  /** Members of the problem that its code has besides (RFC 9457, 3.2). */
  readonly extensions?: Readonly<Record<string, string>>;
  /** Response headers, for example `retry-after` in seconds. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Logged, never shown. */
  readonly cause?: unknown;
}

/**
 * An error with a place in the HTTP contract. Its `code` (kebab case) is stable and makes the `type` and the `title` of
 * the response, so `new ProblemError(409, 'email-taken')` reads "Email taken".
 */
export class ProblemError extends Error {
  override readonly name: string = 'ProblemError';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly details: ProblemDetails = {},
  ) {
    super(details.detail ?? code, { cause: details.cause });
  }

  /** The response body. */
  toProblem(traceId: string): Problem {
    const words = this.code.replaceAll('-', ' ');
    return {
      ...this.details.extensions,
      type: `urn:madang:problem:${this.code}`,
      title: words.charAt(0).toUpperCase() + words.slice(1),
      status: this.status,
      ...(this.details.detail === undefined ? {} : { detail: this.details.detail }),
      code: this.code,
      traceId,
      ...(this.details.errors === undefined ? {} : { errors: [...this.details.errors] }),
    };
  }
}
