import { renderDetail, renderLetters } from '../desk-tables.ts';
import type { LetterDetail } from '../desk-client.ts';
import { deadLetters } from './dead-letters.ts';

const nowhere = { SANDBOX_DIRECTORY: '/nowhere' };

test.each([
  [[], 'What about the dead letters? npm run dead-letters -- list | show ID'],
  [['frob'], 'There is no "frob" for dead letters. npm run dead-letters -- list'],
  [['list', 'x'], '"list" takes no id: x'],
  [['list', '--reason', 'x'], '--reason means nothing to "list"'],
  [['list', '--limit', '0'], '--limit takes a whole number from 1.'],
  [['list', '--limit'], 'argument missing'],
  [['show'], 'Which letter? npm run dead-letters -- show ID'],
  [['discard', 'x'], 'Why? --reason "..." is kept in the audit trail.'],
  [['replay'], 'Which letters? An id, or one of --key'],
  [['replay', 'x', '--all'], 'Which letters? An id, or one of --key'],
  [['replay', '--even-if-old'], 'Which letters? An id, or one of --key'],
  [['list', '--even-if-old'], '--even-if-old means nothing to "list"'],
  [['frob'], 'replay takes --even-if-old'],
  [['replay', 'x', '--even-if-old'], 'The sandbox does not run. npm start starts it.'],
  [['replay', '--all', '--even-if-old'], 'The sandbox does not run. npm start starts it.'],
  [['list'], 'The sandbox does not run. npm start starts it.'],
])('%j is answered with what to do', async (args, message) => {
  await expect(deadLetters(args, nowhere)).rejects.toThrow(message);
});

const letter: LetterDetail = {
  id: 'orders.v1:0:1:shop', state: 'open', code: 'not-json', cause: 'x\u001b[2J', key: null, attempt: 1, deadAt: '2026-11-24T10:00:00.000Z',
  replayRequestedAt: '2026-11-24T11:00:00.000Z', earlier: [], audit: [], headers: { ce_id: 'a\u0007' },
  value: { encoding: 'utf8', content: '\u001b]0;owned\u0007\r\n\u202e', bytes: 13, truncated: false },
};

test('what somebody has sent does not reach the terminal as control characters', () => {
  const shown = renderDetail(letter) + renderLetters({ items: [letter], nextCursor: null });
  // oxlint-disable-next-line no-control-regex
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  expect(shown).toContain(String.raw`\u001b]0;owned\u0007\u000d\u000a\u202e`);
});

test('a replay that is not confirmed is seen, and that there is more', () => {
  const table = renderLetters({ items: [letter], nextCursor: 'c', unindexed: 3 });
  expect(table).toMatch(/orders\.v1:0:1:shop {2}open \(replay unconfirmed\)/);
  expect(table).toContain('There are more: --limit 2\n3 more records wait until older letters are settled.');
});
