import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_MEDIA_TYPE } from '../errors/problem';
import { ProblemError } from '../errors/problem-error';
import { codeOfStatus, toProblemError } from '../errors/to-problem-error';
import { beginTrace, endTrace } from '../telemetry/trace-requests';
import { setSecurityHeaders } from './security-headers';

/** Largest request body, in bytes. */
const BODY_LIMIT = 64 * 1024;

/** The HTTP server: small limits, no trust in proxies, problem+json even for what never reaches Nest. */
export function createAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: false,
    // From the first byte of a request to its last; keeps slow senders from holding sockets. Answers may take longer.
    requestTimeout: 15_000,
    http: { maxHeaderSize: 16 * 1024, headersTimeout: 10_000 },
    // Told to clients in `keep-alive`, which stop using a connection a little earlier. As long as this, a process that hands
    // over waits for idle connections, so it is short; a proxy in front must let its own go idle for less.
    keepAliveTimeout: 5_000,
    // Validation says what is wrong with a long parameter; the header limit bounds it.
    routerOptions: { maxParamLength: 16 * 1024 },
    // A body named `__proto__` or `constructor.prototype` is an attack, not data.
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    frameworkErrors: answerUnrouted,
    clientErrorHandler: answerUnparsed,
  });
}

/** The router refuses some URLs (bad percent-encoding) before any hook or filter runs. */
function answerUnrouted(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const traceId = beginTrace(request.raw);
  setSecurityHeaders(reply);
  reply.header('x-trace-id', traceId);
  const problem = toProblemError(error);
  void reply.code(problem.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem.toProblem(traceId)));
  endTrace(request.raw, undefined, problem.status);
}

/** Node's parser refuses what is no HTTP at all; there is a socket, but no request yet. */
function answerUnparsed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ?? 400;
  const body = JSON.stringify(new ProblemError(status, codeOfStatus(status)).toProblem('0'.repeat(32)));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: ${PROBLEM_MEDIA_TYPE}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
