import type { z } from 'zod';

/** What is wrong with one environment variable. Never holds its value, which may be a secret. */
export interface ConfigFault {
  readonly variable: string;
  readonly problem: string;
}

/** The environment does not describe a runnable service. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly ConfigFault[]) {
    super(faults.map(({ variable, problem }) => `${variable} ${problem}`).join('\n'));
  }
}

/**
 * Reads a configuration from environment variables.
 *
 * A variable that is set but empty is a fault even where there is a default: it is nearly always a typing error in a
 * compose file, and the default would hide it.
 *
 * @throws {ConfigError} naming every faulty variable at once
 */
export function loadConfig<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv = process.env): z.output<S> {
  const faults: ConfigFault[] = [];
  for (const variable of Object.keys(schema.shape)) {
    if (env[variable]?.trim() === '') faults.push({ variable, problem: 'is set but empty' });
  }
  const parsed = schema.safeParse(env);
  for (const issue of parsed.error?.issues ?? []) {
    const variable = String(issue.path[0] ?? 'environment');
    if (faults.some((fault) => fault.variable === variable)) continue;
    const state = issue.path.length > 0 && env[variable] === undefined ? 'is missing' : 'is not valid';
    faults.push({ variable, problem: `${state}: ${issue.message}` });
  }
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults);
  return parsed.data;
}

/** Loads two configurations from one environment and reports the faults of both together. */
export function loadConfigs<A extends z.ZodObject, B extends z.ZodObject>(
  first: A,
  second: B,
  env: NodeJS.ProcessEnv,
): [z.output<A>, z.output<B>] {
  const faults: ConfigFault[] = [];
  const attempt = <S extends z.ZodObject>(schema: S): z.output<S> | undefined => {
    try {
      return loadConfig(schema, env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.push(...error.faults.filter((fault) => !faults.some(({ variable }) => variable === fault.variable)));
      return undefined;
    }
  };
  const [a, b] = [attempt(first), attempt(second)];
  if (a === undefined || b === undefined) throw new ConfigError(faults);
  return [a, b];
}
