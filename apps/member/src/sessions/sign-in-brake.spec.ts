import { SignInBrake } from './sign-in-brake';

const SECOND = 1_000;
let brake: SignInBrake;

beforeEach(() => {
  brake = new SignInBrake();
});

function guess(times: number, email: string, now: number): number[] {
  return Array.from({ length: times }, () => brake.count(email, now));
}

it('lets ten guesses pass, then says in how many seconds to come back', () => {
  expect(guess(10, 'a@example.com', 0)).toEqual(Array.from({ length: 10 }, () => 0));
  expect(brake.count('a@example.com', 0)).toBe(60);
  expect(brake.count('a@example.com', 59.5 * SECOND)).toBe(1);
  expect(brake.count('b@example.com', 0)).toBe(0);
});

it('counts from the beginning once the minute is over', () => {
  guess(11, 'a@example.com', 0);
  expect(guess(10, 'a@example.com', 60 * SECOND)).toEqual(Array.from({ length: 10 }, () => 0));
  expect(brake.count('a@example.com', 60 * SECOND)).toBe(60);
});

it('forgets what was guessed before the right password', () => {
  guess(9, 'a@example.com', 0);
  brake.forget('a@example.com');
  expect(guess(10, 'a@example.com', 0)).toEqual(Array.from({ length: 10 }, () => 0));
});

it('does not count a guess that was taken back', () => {
  guess(10, 'a@example.com', 0);
  brake.takeBack('a@example.com');
  expect(guess(2, 'a@example.com', 0)).toEqual([0, 60]);
});

it('watches a bounded number of accounts, and drops the oldest', () => {
  guess(10, 'first@example.com', 0);
  for (let i = 0; i < 10_000; i++) brake.count(`${i}@example.com`, 1);
  expect(brake.size).toBe(10_000);
  expect(brake.count('first@example.com', 1)).toBe(0);
});

it('drops accounts whose minute is over', () => {
  for (let i = 0; i < 100; i++) brake.count(`${i}@example.com`, 0);
  brake.count('late@example.com', 60 * SECOND);
  expect(brake.size).toBe(1);
});
