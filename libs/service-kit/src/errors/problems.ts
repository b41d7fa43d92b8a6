import { type ProblemDetails, ProblemError } from './problem-error';

/** 400: the request itself is wrong. */
export class BadRequestProblem extends ProblemError {
  override readonly name = 'BadRequestProblem';
  constructor(code = 'bad-request', details: ProblemDetails = {}) {
    super(400, code, details);
  }
}

/** 401: no proof of who asks, or one that does not hold. */
export class UnauthorizedProblem extends ProblemError {
  override readonly name = 'UnauthorizedProblem';
  constructor(code = 'unauthorized', details: ProblemDetails = {}) {
    super(401, code, { ...details, headers: { 'www-authenticate': 'Bearer', ...details.headers } });
  }
}

/** 403: known who asks, and it is not theirs to do. */
export class ForbiddenProblem extends ProblemError {
  override readonly name = 'ForbiddenProblem';
  constructor(code = 'forbidden', details: ProblemDetails = {}) {
    super(403, code, details);
  }
}

/** 404: there is no such thing, or it must not be seen. */
export class NotFoundProblem extends ProblemError {
  override readonly name = 'NotFoundProblem';
  constructor(code = 'not-found', details: ProblemDetails = {}) {
    super(404, code, details);
  }
}

/** 409: the request contradicts what is stored. */
export class ConflictProblem extends ProblemError {
  override readonly name = 'ConflictProblem';
  constructor(code = 'conflict', details: ProblemDetails = {}) {
    super(409, code, details);
  }
}

/** 429: too often; the same request may succeed after `retryAfterSeconds`. */
export class TooManyRequestsProblem extends ProblemError {
  override readonly name = 'TooManyRequestsProblem';
  constructor(code = 'too-many-requests', details: ProblemDetails & { readonly retryAfterSeconds?: number } = {}) {
    const { retryAfterSeconds = 1, ...rest } = details;
    super(429, code, { ...rest, headers: { 'retry-after': String(retryAfterSeconds), ...rest.headers } });
  }
}

/** 503: something this service needs does not answer; the same request may succeed after `retryAfterSeconds`. */
export class UnavailableProblem extends ProblemError {
  override readonly name = 'UnavailableProblem';
  constructor(code = 'unavailable', details: ProblemDetails & { readonly retryAfterSeconds?: number } = {}) {
    const { retryAfterSeconds = 1, ...rest } = details;
    super(503, code, { ...rest, headers: { 'retry-after': String(retryAfterSeconds), ...rest.headers } });
  }
}
