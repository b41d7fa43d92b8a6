import { ProtocolError, UnexpectedOperationError } from '../errors';
import type { Relation, RelationColumn, RowTransaction } from '../row-added';
import type { LogHandler } from './log-handler';

/** PostgreSQL counts microseconds from 2000-01-01; this is that day in microseconds since 1970. */
const POSTGRES_EPOCH_US = 946_684_800_000_000;

/**
 * Decodes pgoutput, protocol version 1 (also what version 2 sends without streaming), in text form.
 *
 * It calls a handler instead of returning messages: at 200,000 rows a second the intermediate objects would cost more
 * than the decoding. Each call is given the bytes of one XLogData message and must finish with them, because the
 * connection reuses its buffer.
 *
 * @see https://www.postgresql.org/docs/18/protocol-logicalrep-message-formats.html
 */
export class PgoutputDecoder {
  private readonly relations = new Map<number, Relation>();
  private transaction: RowTransaction | null = null;
  private previousCommitLsn: bigint | null = null;

  constructor(
    private readonly database: string,
    private readonly handler: LogHandler,
  ) {}

  /**
   * @param bytes holds one pgoutput message from `offset` to its end.
   * @throws ProtocolError, UnexpectedOperationError
   */
  decode(bytes: Buffer, offset: number): void {
    const kind = bytes.readUInt8(offset);
    switch (kind) {
      case 0x49: // 'I'
        return this.insert(bytes, offset + 1);
      case 0x42: // 'B'
        return this.begin(bytes, offset + 1);
      case 0x43: // 'C'
        return this.commit(bytes, offset + 1);
      case 0x52: // 'R'
        return this.relation(bytes, offset + 1);
      case 0x4d: // 'M'
        return this.message(bytes, offset + 1);
      case 0x59: // 'Y': names of types; values come as text, so they are not needed
      case 0x4f: // 'O': origin of a transaction that was itself replicated
        return;
      case 0x55: // 'U'
        throw new UnexpectedOperationError('an UPDATE', this.tableName(bytes.readUInt32BE(offset + 1)));
      case 0x44: // 'D'
        throw new UnexpectedOperationError('a DELETE', this.tableName(bytes.readUInt32BE(offset + 1)));
      case 0x54: // 'T': int32 number of tables, int8 options, then their ids
        throw new UnexpectedOperationError('a TRUNCATE', this.tableName(bytes.readUInt32BE(offset + 6)));
      default:
        throw new ProtocolError(`Unknown pgoutput message type 0x${kind.toString(16)}; expected protocol version 1.`);
    }
  }

  private begin(bytes: Buffer, at: number): void {
    // int64 position of the commit (its start, not confirmable), int64 commit time, int32 transaction id
    this.transaction = {
      xid: bytes.readUInt32BE(at + 16),
      commitTimeUs: Number(bytes.readBigInt64BE(at + 8)) + POSTGRES_EPOCH_US,
      previousCommitLsn: this.previousCommitLsn,
    };
    this.handler.begin(this.transaction);
  }

  private commit(bytes: Buffer, at: number): void {
    // int8 flags, int64 start of the commit, int64 end of the commit, int64 commit time
    const endLsn = bytes.readBigUInt64BE(at + 9);
    this.transaction = null;
    this.previousCommitLsn = endLsn;
    this.handler.commit(endLsn);
  }

  private insert(bytes: Buffer, at: number): void {
    const relation = this.relations.get(bytes.readUInt32BE(at));
    if (!relation) throw new ProtocolError('A row of a table that the server has not described.');
    if (!this.transaction) throw new ProtocolError('A row outside a transaction.');
    // int32 table, 'N', int16 number of columns; a column is 'n', or 't' + int32 length + text
    const count = bytes.readUInt16BE(at + 5);
    const values: (string | null)[] = [];
    let cursor = at + 7;
    for (let column = 0; column < count; column++) {
      const form = bytes[cursor];
      if (form === 0x74) {
        const end = cursor + 5 + bytes.readUInt32BE(cursor + 1);
        values.push(bytes.toString('utf8', cursor + 5, end));
        cursor = end;
      } else if (form === 0x6e) {
        values.push(null);
        cursor += 1;
      } else {
        throw new ProtocolError(`Column form 0x${(form ?? 0).toString(16)} in an insert; expected text or null.`);
      }
    }
    if (cursor !== bytes.length) throw new ProtocolError('A row that does not end where its message ends.');
    this.handler.row(relation, values);
  }

  private relation(bytes: Buffer, at: number): void {
    const id = bytes.readUInt32BE(at);
    const [schema, afterSchema] = cString(bytes, at + 4);
    const [table, afterTable] = cString(bytes, afterSchema);
    // int8 replica identity, int16 number of columns; a column is int8 flags, name, int32 type, int32 modifier
    const count = bytes.readUInt16BE(afterTable + 1);
    const columns: RelationColumn[] = [];
    let cursor = afterTable + 3;
    for (let column = 0; column < count; column++) {
      const [name, afterName] = cString(bytes, cursor + 1);
      columns.push({ name, typeOid: bytes.readUInt32BE(afterName) });
      cursor = afterName + 8;
    }
    // An empty name stands for pg_catalog.
    this.relations.set(id, { database: this.database, schema: schema || 'pg_catalog', table, columns });
  }

  private message(bytes: Buffer, at: number): void {
    // int8 flags, int64 position, prefix, int32 length, content
    const [prefix, afterPrefix] = cString(bytes, at + 9);
    const start = afterPrefix + 4;
    this.handler.message(prefix, bytes.toString('utf8', start, start + bytes.readUInt32BE(afterPrefix)));
  }

  private tableName(id: number): string {
    const relation = this.relations.get(id);
    return relation ? `${relation.schema}.${relation.table}` : `table ${id}`;
  }
}

function cString(bytes: Buffer, at: number): [text: string, after: number] {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new ProtocolError('A name without its end.');
  return [bytes.toString('utf8', at, end), end + 1];
}
