import { setTimeout as sleep } from 'node:timers/promises';
import { CdcError, PermanentSinkError, SinkUnavailableError } from '../errors';
import { SILENT_LOGGER } from '../reader-logger';
import type { RowAdded, RowSink } from '../row-added';
import { BatchPublisher } from './batch-publisher';
import { RowBuffer } from './row-buffer';

function rowNumber(number: number): RowAdded {
  const relation = { database: 'd', schema: 's', table: 't', columns: [] };
  return { relation, transaction: { xid: 1, commitTimeUs: 0, previousCommitLsn: null }, lsn: 0n, values: [String(number)] };
}

interface Rig {
  readonly buffer: RowBuffer;
  readonly publisher: BatchPublisher;
  readonly durable: number[];
  readonly halted: Promise<CdcError>;
  retries: number;
  add(...numbers: number[]): void;
}

function rig(sink: RowSink, patienceMs = 60_000): Rig {
  const buffer = new RowBuffer({ batchRows: 3, batchBytes: 1e6, bufferedRows: 100, bufferedBytes: 1e9 });
  const durable: number[] = [];
  const { promise: halted, resolve: onHalt } = Promise.withResolvers<CdcError>();
  const made: Rig = {
    buffer,
    durable,
    halted,
    retries: 0,
    publisher: new BatchPublisher({
      sink,
      buffer,
      logger: SILENT_LOGGER,
      patienceMs,
      onDurable: (batch) => durable.push(batch.lastRow),
      onRetry: () => made.retries++,
      onHalt,
    }),
    add: (...numbers) => {
      for (const number of numbers) {
        buffer.add(rowNumber(number), number, 10);
        made.publisher.wake();
      }
    },
  };
  return made;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('BatchPublisher', () => {
  it('sends a lone row at once, and groups what arrives meanwhile', async () => {
    const batches: string[][] = [];
    const gates: (() => void)[] = [];
    const { add, durable, buffer } = rig({
      publish: (rows) => {
        batches.push(rows.map(({ values }) => String(values[0])));
        return new Promise((resolve) => gates.push(resolve));
      },
    });
    add(1);
    await settle();
    expect(batches).toEqual([['1']]);
    add(2, 3, 4, 5);
    await settle();
    expect(batches).toHaveLength(1); // one in flight at most
    expect(durable).toEqual([]);
    for (const open of [0, 1, 2]) {
      gates[open]?.();
      await sleep(15); // a small batch is followed by the next one in 15 ms
    }
    expect(batches).toEqual([['1'], ['2', '3', '4'], ['5']]);
    expect(durable).toEqual([1, 4, 5]);
    expect(buffer.rowCount).toBe(0);
    expect(buffer.byteCount).toBe(0);
  });

  it('goes on as ever when the clock is set back while a batch is with the sink', async () => {
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    const { add, durable, publisher } = rig({ publish: async () => void clock.mockReturnValue(now - 3_600_000) });
    add(1);
    await settle();
    add(2);
    await sleep(200);
    clock.mockRestore();
    expect(durable).toEqual([1, 2]);
    await publisher.close();
  });

  it('repeats a failed batch before any later one', async () => {
    const attempts: string[] = [];
    const { add, durable, publisher } = rig({
      publish: async (rows) => {
        attempts.push(rows.map(({ values }) => values[0]).join());
        if (attempts.length === 1) throw new Error('broker away');
      },
    });
    add(1, 2);
    await settle();
    add(3, 4);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(attempts.slice(0, 2)).toEqual(['1,2', '1,2']);
    expect(durable.at(-1)).toBe(4);
    await publisher.close();
  });

  it('halts when patience ends, and at once for a failure that no retry heals', async () => {
    const impatient = rig({ publish: () => Promise.reject(new Error('broker away')) }, 50);
    impatient.add(1);
    await expect(impatient.halted).resolves.toBeInstanceOf(SinkUnavailableError);
    expect(impatient.durable).toEqual([]);
    const permanent = rig({ publish: () => Promise.reject(new PermanentSinkError('too large')) });
    permanent.add(1);
    await expect(permanent.halted).resolves.toMatchObject({ code: 'CDC_SINK_PERMANENT' });
    expect(permanent.retries).toBe(0);
  });

  it('publishes nothing after close() has resolved', async () => {
    let inFlight = 0;
    let calls = 0;
    const { add, publisher, buffer, durable } = rig({
      publish: async () => {
        calls++;
        inFlight++;
        await new Promise((resolve) => setTimeout(resolve, 30));
        inFlight--;
      },
    });
    add(1, 2, 3, 4);
    await settle();
    await publisher.close();
    expect(inFlight).toBe(0);
    expect(durable).toEqual([3]); // what was in flight counts: it is durable
    add(5);
    await settle();
    expect(calls).toBe(1);
    expect(buffer.rowCount).toBe(1); // forgotten with the session; only what was there at close is cleared
  });
});
