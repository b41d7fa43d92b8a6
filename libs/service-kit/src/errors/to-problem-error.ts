import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { dependencyFault } from './dependency-errors';
import { ProblemError } from './problem-error';
import { BadRequestProblem, UnavailableProblem } from './problems';

/** Fastify's error codes that deserve a better name than that of their status. */
const FASTIFY_CODES: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed-json', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported-media-type', 'Send the body as application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload-too-large', 'The body is larger than this service accepts.'],
  FST_ERR_BAD_URL: ['malformed-url', 'The URL is not correctly percent-encoded.'],
};

/** Any thrown value as a problem. What it does not recognise becomes a 500 that tells the client nothing. */
export function toProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const status = httpStatusOf(error);
  if (status !== undefined && status < 500) return clientProblem(error, status);
  switch (dependencyFault(error)) {
    case 'unavailable':
      return new UnavailableProblem('dependency-unavailable', { detail: 'Try again shortly.', cause: error });
    case 'retry':
      return new UnavailableProblem('write-conflict', { detail: 'Concurrent changes collided. Send the request again.', cause: error });
    case 'refused-value':
      return new BadRequestProblem('value-not-storable', { detail: 'A value is outside of what can be stored.', cause: error });
    case undefined:
      break;
  }
  if (status === 503) return new UnavailableProblem('unavailable', { cause: error });
  return new ProblemError(500, 'internal-error', { detail: 'Something went wrong on our side. Quote the trace id.', cause: error });
}

function clientProblem(error: unknown, status: number): ProblemError {
  const { code, message } = fastifyErrorOf(error);
  const [name, detail] = (code === undefined ? undefined : FASTIFY_CODES[code]) ?? [codeOfStatus(status), message];
  return new ProblemError(status, name, { detail, cause: error });
}

/** `Not Found` → `not-found`. */
export function codeOfStatus(status: number): string {
  return (STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(/[^a-z]+/g, '-');
}

function httpStatusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}

/** Nest hands over Fastify's errors wrapped in an HttpException; their codes are in the cause. */
function fastifyErrorOf(error: unknown): { code?: string; message: string } {
  const message = error instanceof Error ? error.message : 'The request was refused.';
  for (const link of [error, error instanceof Error ? error.cause : undefined]) {
    if (link instanceof Error && 'code' in link && typeof link.code === 'string') return { code: link.code, message };
    // JSON.parse's own error: Fastify passes it through with a status but without a code.
    if (link instanceof SyntaxError) return { code: 'FST_ERR_CTP_INVALID_JSON_BODY', message };
  }
  return { message };
}
