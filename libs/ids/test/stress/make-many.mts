// A thread or a process that makes ids with default settings, a line each, into a file. The control: all of them have the same randomness and time.
import { writeFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { type GeneratorOptions, ksuid, timeflake, typeId, ulid, uuidV4, uuidV6, uuidV7 } from '../../src/index.ts';

export interface Order {
  readonly format: string;
  readonly count: number;
  readonly fixed: boolean;
  readonly file: string;
}

const MAKERS: Record<string, (options: GeneratorOptions) => { generate(): string }> = {
  uuidv4: uuidV4,
  uuidv6: uuidV6,
  uuidv7: uuidV7,
  ulid,
  'ulid-unordered': (options) => ulid({ ...options, monotonic: false }),
  ksuid,
  timeflake,
  typeid: (options) => typeId({ prefix: 'user', ...options }),
};

function make({ format, count, fixed }: Order): string {
  const maker = MAKERS[format];
  if (!maker) throw new Error(`no format ${format}`);
  let word = 0;
  const random = (buffer: Uint8Array): void => {
    for (let i = 0; i < buffer.length; i += 1) buffer[i] = (word = (word * 69_069 + 12_345) & 0xff_ffff) >>> 16;
  };
  const ids = maker(fixed ? { random, clock: () => 1_735_689_600_000 } : {});
  return Array.from({ length: count }, () => ids.generate()).join('\n');
}

const order = (workerData ?? JSON.parse(process.argv[2] ?? '')) as Order;
writeFileSync(order.file, make(order));
