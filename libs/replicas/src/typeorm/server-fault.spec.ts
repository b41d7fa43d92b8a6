import { isRecoveryConflict, isServerFault, needsPrimary } from './server-fault';

const coded = (code: string): Error => Object.assign(new Error('said so'), { code });

it.each(['08000', '08006', '08P01', '57P01', '57P02', '57P03', '57P04', '57P05', '40001', '53300', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])(
  'another server may answer after %s',
  (code) => expect(isServerFault(coded(code))).toBe(true),
);

it.each([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
  'Client was closed and is not queryable',
  'Client has encountered a connection error and is not queryable',
  'Query read timeout',
])('or where pg says: %s', (message) => expect(isServerFault(new Error(message))).toBe(true));

it.each(['23505', '42P01', '22012', '25006', '57014', '40P01', '53200', '57P', '157P01', 'ERR_INVALID_ARG_TYPE'])('but not after %s', (code) => expect(isServerFault(coded(code))).toBe(false));

it('what is no error is nobody’s fault', () => {
  expect([undefined, null, 'Query read timeout', { code: '57P01' }].map(isServerFault)).toEqual([false, false, false, false]);
  expect(isServerFault(Object.assign(new Error('said so'), { code: 57_001 }))).toBe(false);
});

it('one stood in the way of the replay, one has to be asked of the primary', () => {
  expect(['40001', '57P01', '25006'].map((code) => [isRecoveryConflict(coded(code)), needsPrimary(coded(code))])).toEqual([[true, false], [false, false], [false, true]]);
});
