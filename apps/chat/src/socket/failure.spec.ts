import { NotFoundProblem, UnauthorizedProblem } from '@madang/service-kit';
import { CallRefused, failureOf } from './failure';

it.each([
  ['a problem keeps its code', new NotFoundProblem('room-not-found', { detail: 'No room has this id.' }), { code: 'room-not-found', title: 'No room has this id.' }],
  ['whatever is wrong with a token is one code', new UnauthorizedProblem('invalid-token', { detail: 'Sign in again.' }), { code: 'unauthorized', title: 'Sign in again.' }],
  ['a database that is away is one code, and says when to come again', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), { code: 'unavailable', title: 'Try again shortly.', retryAfterMs: 1_000 }],
  ['a fault of ours tells nothing', new TypeError('secret'), { code: 'internal-error', title: 'Something went wrong on our side.' }],
  ['a refusal is told as it is', new CallRefused({ code: 'rate-limited', title: 'x', retryAfterMs: 7 }), { code: 'rate-limited', title: 'x', retryAfterMs: 7 }],
])('%s', (_, error, failure) => {
  expect(failureOf(error)).toEqual(failure);
});
