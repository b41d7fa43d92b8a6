import { ksuid, snowflake, typeId, uuidV7, type TypeId } from '../index';
import { bigintColumn, bigintOf, bigintPropertyColumn, bytesColumn, fromBigint, type IdColumn, uuidColumn } from './index';

const node = 1;
const members = typeId({ prefix: 'member' });
const member = members.parse('member_01kdvdna00fwk8td5qs7gz0pk2');
const orders = snowflake({ node });

it('refuses a format that does not fit', () => {
  expect(() => uuidColumn(ksuid())).toThrow('A uuid has 128 bits, a ksuid 160: use bytesColumn.');
  expect(() => uuidColumn(orders)).toThrow('A uuid has 128 bits, a snowflake 64: use bytesColumn or bigintColumn.');
  expect(() => bigintColumn(uuidV7())).toThrow('A bigint has 64 bits, a uuidv7 128: use uuidColumn.');
  expect(() => bigintPropertyColumn(ksuid())).toThrow('A bigint has 64 bits, a ksuid 160: use bytesColumn.');
});

it('writes what the column holds, and reads it', () => {
  const column: IdColumn<TypeId<'member'>, string, 'uuid'> = uuidColumn(members);
  expect(column).toMatchObject({ type: 'uuid' });
  expect(column.transformer.to(member)).toBe('019b76da-a800-7f26-8d34-b7c9e1f05a62');
  expect(column.transformer.from('019b76da-a800-7f26-8d34-b7c9e1f05a62')).toBe(member);
  const bytes = bytesColumn(members).transformer;
  expect(bytes.to([member])).toEqual([new Uint8Array(Buffer.from('019b76daa8007f268d34b7c9e1f05a62', 'hex'))]);
  expect(bytes.from([Buffer.from('019b76daa8007f268d34b7c9e1f05a62', 'hex')])).toEqual([member]);
  const id = orders.parse('9007199254740993'); // 2^53 + 1
  expect(bigintColumn(orders).transformer.to(id)).toBe('9007199254740993');
  expect(bigintPropertyColumn(orders).transformer.to(9_007_199_254_740_993n)).toBe('9007199254740993');
  expect(bigintPropertyColumn(orders).transformer.from('9007199254740993')).toBe(9_007_199_254_740_993n);
  expect(fromBigint(orders, bigintOf(orders, id))).toBe(id);
});

it.each([uuidColumn(members), bytesColumn(members), bigintColumn(orders), bigintPropertyColumn(orders)])('lets null and undefined through ($type)', ({ transformer }) => {
  for (const absent of [null, undefined]) {
    expect(transformer.to(absent)).toBe(absent);
    expect(transformer.from(absent)).toBe(absent);
  }
});

it('never takes a JavaScript number, from whichever side', () => {
  const number: unknown = 9_007_199_254_740_992;
  expect(() => bigintColumn(orders).transformer.from(number)).toThrow('it has lost digits; leave parseInt8');
  expect(() => bigintColumn(orders).transformer.to(number as never)).toThrow('is not a snowflake: it is not a string');
  expect(() => bigintPropertyColumn(orders).transformer.from(number)).toThrow('it has lost digits');
  expect(() => bigintPropertyColumn(orders).transformer.to(number as bigint)).toThrow('A number is no bigint');
  expect(bigintColumn(orders).transformer.from(9_007_199_254_740_993n)).toBe('9007199254740993');
});

it('says what is wrong with a column that holds something else', () => {
  expect(() => uuidColumn(members).transformer.from('5b1d3c79-a0e8-4f26-8d34-b7c9e1f05a62')).toThrow('its version is 4');
  expect(() => uuidColumn(members).transformer.from(Buffer.alloc(16))).toThrow('it is to be text');
  expect(() => bytesColumn(ksuid()).transformer.from(Buffer.alloc(16))).toThrow('there are 16 bytes');
  expect(() => bytesColumn(ksuid()).transformer.from('text')).toThrow('it is to be a Buffer');
  expect(() => bigintColumn(orders).transformer.from('-1')).toThrow('-1 is no number of 64 bits');
});
