import { context, trace } from '@opentelemetry/api';
import { createLogger, NestLogger } from './logger';
import { startTracing } from './start-tracing';

function record(level = 'debug') {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger('test', level, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  return { lines, logger };
}

it('masks secrets and personal data, nested ones too', () => {
  const { lines, logger } = record();
  logger.info({ password: 'hunter2', headers: { authorization: 'hunter2', cookie: 'hunter2' }, member: { data: { email: 'hunter2' } } }, 'x');
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(lines[0]).toMatchObject({ level: 'info', service: 'test', password: '[redacted]' });
});

it('leaves out what a database error says about the row', () => {
  const { lines, logger } = record();
  const driverError = Object.assign(new Error('duplicate key value violates unique constraint "email"'), {
    code: '23505',
    detail: 'Key (email)=(hunter2@example.org) already exists.',
  });
  const err = Object.assign(new Error('query failed', { cause: driverError }), { parameters: ['hunter2'], query: 'INSERT', driverError });
  logger.error({ err }, 'failed');
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(lines[0]).toMatchObject({ err: { message: 'query failed', stack: expect.any(String), cause: { code: '23505' } } });
});

it('writes the trace id of the active span', () => {
  startTracing();
  const { lines, logger } = record();
  const span = trace.getTracer('test').startSpan('work');
  context.with(trace.setSpan(context.active(), span), () => logger.info('inside'));
  logger.info('outside');
  expect(lines.map(({ traceId }) => traceId)).toEqual([span.spanContext().traceId, undefined]);
});

it('takes what Nest logs', () => {
  const { lines, logger } = record();
  const nest = new NestLogger(logger);
  nest.log('hello', 'Context');
  nest.error(new Error('broken'), 'Context');
  nest.error('broken', 'Error: broken\n    at somewhere', 'Context');
  nest.log('Mapped {/, GET} route', 'RouterExplorer');
  expect(lines).toMatchObject([
    { level: 'info', msg: 'hello', context: 'Context' },
    { level: 'error', err: { message: 'broken' } },
    { level: 'error', msg: 'broken', stack: expect.stringContaining('somewhere') },
    { level: 'debug', context: 'RouterExplorer' },
  ]);
});
