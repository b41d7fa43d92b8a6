import { KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from 'kafkajs';
import { isTransientError } from './transient-error';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });

describe('an error', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '08006', '57P01', '53300', '40001', '40P01', '25006'])(
    'with code %s is a matter of time',
    (code) => expect(isTransientError(withCode(code))).toBe(true),
  );

  it.each(['23505', '22P02', '42P01', '42601', 'ENOENT', 'ERR_ASSERTION'])('with code %s is not', (code) =>
    expect(isTransientError(withCode(code))).toBe(false),
  );

  it('that wraps a transient one is a matter of time', () => {
    expect(isTransientError(new Error('query failed', { cause: withCode('57P03') }))).toBe(true);
    const leaderless = Object.assign(new Error('x'), { type: 'LEADER_NOT_AVAILABLE', code: 5, retriable: true });
    const retriable = new KafkaJSProtocolError(leaderless);
    expect(isTransientError(new KafkaJSNumberOfRetriesExceeded(retriable, { retryCount: 9, retryTime: 1 }))).toBe(true);
  });

  it('of a broker that is away is a matter of time, though KafkaJS gives up at it; of one that refuses, it is not', () => {
    const end = (name: string, message: string): Error => Object.assign(new Error(message), { name, retriable: false });
    expect(isTransientError(new Error('join', { cause: end('KafkaJSGroupCoordinatorNotFound', 'x') }))).toBe(true);
    expect(isTransientError(new Error('Broker not connected'))).toBe(true);
    expect(isTransientError(end('KafkaJSSASLAuthenticationError', 'refused'))).toBe(false);
  });

  it('that is no error at all is not', () => expect(isTransientError('ECONNREFUSED')).toBe(false));
});
