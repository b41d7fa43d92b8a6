import { BadRequestException, ServiceUnavailableException } from '@nestjs/common';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { ConflictProblem } from './problems';
import { toProblemError } from './to-problem-error';

function withCode(code: string): Error {
  return Object.assign(new Error('secret'), { code });
}

describe('toProblemError', () => {
  it.each([
    ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', '57P01', '57P03', '08006', '53300', '57014', '25006'].map((code) => withCode(code)),
    new Error('timeout exceeded when trying to connect'),
    new Error('timeout expired'),
    new Error('Connection terminated unexpectedly'),
    new Error('Query read timeout'),
    new Error('Client was closed and is not queryable'),
    new QueryRunnerAlreadyReleasedError(),
    new QueryRunnerProviderAlreadyReleasedError(),
    Object.assign(new Error('x'), { name: 'KafkaJSNumberOfRetriesExceeded' }),
    new AggregateError([withCode('ECONNREFUSED')], 'all addresses failed'),
    Object.assign(new Error('query failed'), { driverError: withCode('57P01') }),
    new Error('outer', { cause: new Error('inner', { cause: withCode('ETIMEDOUT') }) }),
  ])('%s is unavailable', (error) => {
    expect(toProblemError(error)).toMatchObject({ status: 503, code: 'dependency-unavailable', details: { headers: { 'retry-after': '1' } } });
  });

  it.each(['40001', '40P01'])('SQLSTATE %s may be sent again', (code) => {
    expect(toProblemError(withCode(code))).toMatchObject({ status: 503, code: 'write-conflict' });
  });

  it.each(['22021', '22P02'])('SQLSTATE %s is the fault of the request', (code) => {
    expect(toProblemError(withCode(code))).toMatchObject({ status: 400, code: 'value-not-storable' });
  });

  it('does not take another failure of the database for the client’s', () => {
    expect(toProblemError(withCode('42P01'))).toMatchObject({ status: 500, code: 'internal-error' });
  });

  it('survives an error that is its own cause', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(toProblemError(error).status).toBe(500);
  });

  it('keeps what was meant', () => {
    const problem = new ConflictProblem('email-taken');
    expect(toProblemError(problem)).toBe(problem);
    expect(toProblemError(new BadRequestException('Not so.'))).toMatchObject({ status: 400, code: 'bad-request', message: 'Not so.' });
    expect(toProblemError(new ServiceUnavailableException())).toMatchObject({ status: 503 });
  });
});
