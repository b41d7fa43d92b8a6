import { ksuid, timeflake, uuidV6, uuidV7, type GeneratorOptions, type TimeOrderedFormat } from './index';

const MS_2025 = 1_735_689_600_000;
type Any = TimeOrderedFormat<string>;

// Too many ids to make: the counter is set near its end instead.
const NEAR_THE_END: readonly (readonly [string, number, (options: GeneratorOptions) => unknown, (format: object) => void])[] = [
  ['uuidv6', 1, uuidV6, (format) => Object.assign(format, { unit: 9_999, sequence: 2 ** 14 - 2 })],
  ['uuidv7', 1, uuidV7, (format) => Object.assign((format as { counter: object }).counter, { count: 2 ** 26 - 2 })],
  ['ksuid', 1_000, ksuid, (format) => Object.assign((format as { counter: object }).counter, { count: 2 ** 48 - 2 })],
  ['timeflake', 1, timeflake, (format) => Object.assign((format as { counter: object }).counter, { count: 2 ** 32 - 2 })],
];

describe.each(NEAR_THE_END)('%s', (_name, unitMs, make, forward) => {
  it('borrows the next tick when its counter is used up, in order', () => {
    const overflows: number[] = [];
    const format = make({ clock: () => MS_2025, onOverflow: ({ aheadMs }) => overflows.push(aheadMs) }) as Any;
    const first = format.generate();
    forward(format);
    const ids = [first, ...format.generateMany(3)];
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(4);
    expect(ids.map((id) => format.timestamp(id).getTime() - MS_2025)).toEqual([0, 0, unitMs, unitMs]);
    expect(overflows).toEqual([unitMs]);
  });

  it('throws by policy, as often as it is asked', () => {
    const format = make({ clock: () => MS_2025, overflow: 'throw' }) as Any;
    format.generate();
    forward(format);
    format.generate();
    for (let i = 0; i < 3; i++) expect(() => format.generate()).toThrow('All ids of this tick are used');
  });
});

it('a UUIDv6 counts on in the units of 100 ns when its clock sequence is used up', () => {
  const format = uuidV6({ clock: () => MS_2025, overflow: 'throw' });
  const ids = format.generateMany(60_000);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
