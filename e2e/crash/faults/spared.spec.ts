import { spared } from './spared.ts';

test('who was missed, or never aimed at, was spared', () => {
  const hits = new Map([['killed', { kills: 1, freezes: 0, missed: 0 }], ['frozen', { kills: 0, freezes: 1, missed: 2 }], ['missed', { kills: 0, freezes: 0, missed: 3 }]]);
  expect(spared(['killed', 'frozen', 'missed', 'forgotten'], hits)).toEqual(['missed', 'forgotten']);
});
