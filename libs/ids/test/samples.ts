import fc from 'fast-check';
import { ksuid, snowflake, timeflake, tsid, typeId, ulid, uuidV6, uuidV7, type GeneratorOptions, type TimeOrderedFormat } from '../src/index';

export type Any = TimeOrderedFormat<string>;
export const RUNS = 10_000;
export const MS_2025 = 1_735_689_600_000;

export interface Sample {
  readonly make: (options?: GeneratorOptions) => Any;
  /** The first and the last millisecond that fit. */
  readonly first: number;
  readonly last: number;
  readonly unitMs?: number;
  /** All ids of a tick can be used up within a test. */
  readonly few?: boolean;
}
const any = (format: unknown) => format as Any;
export const SAMPLES: Record<string, Sample> = {
  uuidv6: { make: (options) => any(uuidV6(options)), first: -12_219_292_800_000, last: 103_072_857_660_683 },
  uuidv7: { make: (options) => any(uuidV7(options)), first: 0, last: 2 ** 48 - 1 },
  ulid: { make: (options) => any(ulid(options)), first: 0, last: 2 ** 48 - 1 },
  ksuid: { make: (options) => any(ksuid(options)), first: 1_400_000_000_000, last: (1_400_000_000 + 2 ** 32) * 1_000 - 1, unitMs: 1_000 },
  timeflake: { make: (options) => any(timeflake(options)), first: 0, last: 2 ** 48 - 1 },
  typeid: { make: (options) => any(typeId({ prefix: 'user', ...options })), first: 0, last: 2 ** 48 - 1 },
  twitter: { make: (options) => any(snowflake({ node: 5, ...options })), first: 1_288_834_974_657, last: 1_288_834_974_657 + 2 ** 41 - 1, few: true },
  discord: { make: (options) => any(snowflake({ preset: 'discord', node: 1_023, ...options })), first: 1_420_070_400_000, last: 1_420_070_400_000 + 2 ** 42 - 1, few: true },
  instagram: { make: (options) => any(snowflake({ preset: 'instagram', node: 8_191, ...options })), first: 1_314_220_021_721, last: 1_314_220_021_721 + 2 ** 41 - 1, few: true },
  tsid: { make: (options) => any(tsid({ node: 5, ...options })), first: 1_577_836_800_000, last: 1_577_836_800_000 + 2 ** 42 - 1, few: true },
};

/** The report with the smallest counterexample. */
export function failureOf<T>(property: fc.IProperty<T>): string | undefined {
  return fc.defaultReportMessage(fc.check(property, { numRuns: RUNS }));
}

export function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
