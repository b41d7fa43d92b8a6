import { unlike } from './unlike.ts';

const truth = [true, false, false];

test('who finds the same is not named', () => {
  expect(unlike(new Map([['truth', truth], ['same', [...truth]]]), 'truth')).toEqual(new Map());
});

test('as many hits in other messages are not the same', () => {
  expect(unlike(new Map([['truth', truth], ['shifted', [false, true, false]], ['short', [true]]]), 'truth')).toEqual(new Map([['shifted', [0, 1]], ['short', [1, 2]]]));
});
