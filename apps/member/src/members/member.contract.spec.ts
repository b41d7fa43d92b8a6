import { Email } from './member.contract';

it('takes an email as people type it, and knows it by its lower case', () => {
  expect(Email.parse('  Spaced@Example.com ')).toBe('spaced@example.com');
});

it.each(['', '  ', 'mina', 'mina@', 'mina@example', `${'a'.repeat(250)}@b.co`, 'a b@example.com'])('refuses %p', (text) => {
  expect(Email.safeParse(text).success).toBe(false);
});
