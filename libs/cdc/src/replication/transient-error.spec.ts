import { CdcError, SlotMissingError } from '../errors';
import { ConnectionLostError } from './connection-lost.error';
import { isSlotInUse, isTransient } from './transient-error';

const coded = (code: string): Error => Object.assign(new Error(code), { code });

describe('isTransient', () => {
  it.each(['57P01', '57P03', '08006', '53300', 'ECONNREFUSED', 'ECONNRESET'])('connects again after %s', (code) => {
    expect(isTransient(coded(code))).toBe(true);
    expect(isTransient(new AggregateError([coded(code)]))).toBe(true);
  });

  it.each(['28P01', '42501', '3D000', '58P01', '55000'])('halts on %s', (code) => {
    expect(isTransient(coded(code))).toBe(false);
  });

  it('knows what pg says without a code, and never takes a halt for a hiccup', () => {
    expect(isTransient(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isTransient(new ConnectionLostError('gone'))).toBe(true);
    expect(isTransient(new SlotMissingError('s', 'd'))).toBe(false);
    expect(isTransient(new CdcError('X', 'x'))).toBe(false);
    expect(isTransient('text')).toBe(false);
    expect(isTransient(new AggregateError([]))).toBe(false);
  });
});

describe('isSlotInUse', () => {
  it('is SQLSTATE 55006', () => {
    expect(isSlotInUse(coded('55006'))).toBe(true);
    expect(isSlotInUse(coded('55000'))).toBe(false);
  });
});
