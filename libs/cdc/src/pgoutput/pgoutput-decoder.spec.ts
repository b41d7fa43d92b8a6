import { ProtocolError, UnexpectedOperationError } from '../errors';
import type { Relation, RowTransaction } from '../row-added';
import type { LogHandler } from './log-handler';
import { PgoutputDecoder } from './pgoutput-decoder';

/** Recorded from PostgreSQL 18.4 (`pg_logical_slot_get_binary_changes`). Both rows of the one INSERT share an LSN. */
const BEGIN = '4200000000484d8c08000303ead5e3ff4600019d3c';
const RELATION =
  '520000408a7075626c69630074006400040169640000000014ffffffff006e616d650000000019ffffffff006f6b0000000010ffffffff00617400' +
  '000004a0ffffffff';
const INSERT_FULL =
  '490000408a4e00047400000010393030373139393235343734303939337400000011eba788eb8bb920227122205c20f09f98807400000001747400' +
  '000019323032362d31312d32332030363a32303a32312e31322b3030';
const INSERT_NULLS = '490000408a4e00047400000001326e7400000001666e';
const COMMIT = '430000000000484d8c0800000000484d8c38000303ead5e3ff46';
const HEARTBEAT = '4d0000000000484d8c806d6164616e672e6865617274626561740000000003723a31';
const UPDATE = '550000408a4e00047400000001327400000001787400000001666e';
const DELETE = '440000408a4b00047400000001326e6e6e';
const TRUNCATE = '5400000001000000408a';

type Call = readonly [string, ...unknown[]];

function recorder(): { calls: Call[]; decode: (...messages: string[]) => void } {
  const calls: Call[] = [];
  const handler: LogHandler = {
    begin: (transaction: RowTransaction) => calls.push(['begin', transaction]),
    row: (relation: Relation, values: (string | null)[]) => calls.push(['row', relation, values]),
    commit: (endLsn: bigint) => calls.push(['commit', endLsn]),
    message: (prefix: string, content: string) => calls.push(['message', prefix, content]),
  };
  const decoder = new PgoutputDecoder('member', handler);
  const decode = (...messages: string[]): void => {
    // As in a stream: the message stands somewhere inside a larger buffer.
    for (const hex of messages) decoder.decode(Buffer.from(`ffffff${hex}`, 'hex'), 3);
  };
  return { calls, decode };
}

describe('PgoutputDecoder', () => {
  it('reads a transaction as PostgreSQL sends it', () => {
    const { calls, decode } = recorder();
    decode(BEGIN, RELATION, INSERT_FULL, INSERT_NULLS, COMMIT);
    const relation: Relation = {
      database: 'member',
      schema: 'public',
      table: 't',
      columns: [
        { name: 'id', typeOid: 20 },
        { name: 'name', typeOid: 25 },
        { name: 'ok', typeOid: 16 },
        { name: 'at', typeOid: 1184 },
      ],
    };
    expect(calls).toEqual([
      ['begin', { xid: 105_788, commitTimeUs: 1_795_416_875_851_590, previousCommitLsn: null }],
      ['row', relation, ['9007199254740993', '마당 "q" \\ 😀', 't', '2026-11-23 06:20:21.12+00']],
      ['row', relation, ['2', null, 'f', null]],
      ['commit', 0x484d8c38n],
    ]);
    expect(calls[1]?.[1]).toBe(calls[2]?.[1]); // one object, so that it can key a cache
  });

  it('tells each transaction where the one before it ended', () => {
    const { calls, decode } = recorder();
    decode(BEGIN, COMMIT, BEGIN);
    expect(calls[2]).toEqual(['begin', expect.objectContaining({ previousCommitLsn: 0x484d8c38n })]);
  });

  it('reads a message between transactions', () => {
    const { calls, decode } = recorder();
    decode(HEARTBEAT);
    expect(calls).toEqual([['message', 'madang.heartbeat', 'r:1']]);
  });

  it.each([
    ['an UPDATE', UPDATE],
    ['a DELETE', DELETE],
    ['a TRUNCATE', TRUNCATE],
  ])('refuses %s, naming the table', (operation, message) => {
    const { decode } = recorder();
    decode(BEGIN, RELATION);
    expect(() => decode(message)).toThrow(UnexpectedOperationError);
    expect(() => decode(message)).toThrow(`${operation} of public.t`);
  });

  it('refuses what does not follow the protocol instead of guessing', () => {
    expect(() => recorder().decode(INSERT_NULLS)).toThrow(ProtocolError);
    expect(() => recorder().decode(RELATION, INSERT_NULLS)).toThrow('outside a transaction');
    expect(() => recorder().decode('53')).toThrow('Unknown pgoutput message type 0x53');
    expect(() => recorder().decode(BEGIN, RELATION, INSERT_NULLS.replace('6e', '75'))).toThrow(ProtocolError);
  });

  it('never hands out a row from a message that was cut short', () => {
    const { calls, decode } = recorder();
    decode(BEGIN, RELATION);
    for (let cut = 2; cut < INSERT_FULL.length; cut += 2) {
      expect(() => decode(INSERT_FULL.slice(0, cut))).toThrow(/range|end where|form 0x/);
    }
    expect(calls).toHaveLength(1);
  });
});
