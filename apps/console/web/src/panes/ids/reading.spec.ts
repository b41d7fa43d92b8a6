import { bitFields } from './reading';

const field = (name: string, bits: number) => ({ name, bits, value: '', meaning: '' });

it('gives each field its bits', () => {
  expect(bitFields({ hex: 'a5f0', fields: [field('time', 6), field('rest', 10)] })).toEqual([
    { name: 'time', bits: '101001', from: 0 },
    { name: 'rest', bits: '0111110000', from: 6 },
  ]);
});

it('begins behind the bits that no field is told of', () => {
  expect(bitFields({ hex: '7f', fields: [field('time', 7)] })).toEqual([{ name: 'time', bits: '1111111', from: 1 }]);
});
