import * as fc from 'fast-check';
import { formatLsn, parseLsn } from './lsn';

const anyLsn = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });
const RUNS = { numRuns: 10_000 };

describe('LSN', () => {
  it('comes back from its text form', () => {
    fc.assert(
      fc.property(anyLsn, (lsn) => {
        expect(parseLsn(formatLsn(lsn))).toBe(lsn);
      }),
      RUNS,
    );
  });

  it('orders as the server does, where the text does not', () => {
    const inOrder = ['0/28', '0/FFFFFF00', '1/28', '9/0', '10/0'];
    expect(inOrder.toSorted((a, b) => (parseLsn(a) < parseLsn(b) ? -1 : 1))).toEqual(inOrder);
    expect(inOrder.toSorted()).not.toEqual(inOrder); // the defect of readers that compare the text
  });

  it('has the form that PostgreSQL prints', () => {
    expect(formatLsn(0x16_b374d848n)).toBe('16/B374D848');
    expect(formatLsn(0n)).toBe('0/0');
  });

  it('refuses anything else, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/^[0-9a-f]{1,8}\/[0-9a-f]{1,8}$/i.test(text)),
        (text) => {
          expect(() => parseLsn(text)).toThrow(RangeError);
        },
      ),
      RUNS,
    );
  });
});
