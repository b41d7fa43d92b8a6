import { z } from 'zod';

const ED25519 = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string(), kid: z.string().min(1) });

/** A whole number within bounds. `Number('')` and `Number('0x10')` are numbers to JavaScript; they are faults here. */
export function integer({ min, max }: { min: number; max: number }) {
  const error = `expected a whole number from ${min} to ${max}`;
  return z
    .string({ error })
    .regex(/^-?\d{1,15}$/, { error, abort: true })
    .transform(Number)
    .pipe(z.int({ error }).min(min, { error }).max(max, { error }));
}

/** A TCP port, 1 to 65535; required unless a default is given. */
export function port(): ReturnType<typeof integer>;
export function port(fallback: number): z.ZodDefault<ReturnType<typeof integer>>;
export function port(fallback?: number) {
  const field = integer({ min: 1, max: 65_535 });
  return fallback === undefined ? field : field.default(fallback);
}

/** An absolute `http:` or `https:` URL. */
export function httpUrl() {
  return urlOf(['http:', 'https:'], 'expected a URL such as http://127.0.0.1:8101');
}

/** A PostgreSQL connection URL that names its host and database. */
export function postgresUrl() {
  const error = 'expected a URL such as postgres://user:password@127.0.0.1:15432/database';
  return urlOf(['postgres:', 'postgresql:'], error).refine((value) => new URL(value).pathname.length > 1, { error });
}

/** `name=postgres://…`, several separated by commas, as an array; each name once. */
export function namedPostgresUrls() {
  const error = 'expected name=postgres://user:password@127.0.0.1:15433/database, several separated by commas, each name once';
  return csv(error)
    .transform((list) => list.map((entry) => ({ name: entry.slice(0, Math.max(0, entry.indexOf('='))), url: entry.slice(entry.indexOf('=') + 1) })))
    .refine((list) => list.every(({ name, url }) => /^[\w-]+$/.test(name) && postgresUrl().safeParse(url).success), { error })
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, { error });
}

/** A Redis or Valkey connection URL. */
export function redisUrl() {
  return urlOf(['redis:', 'rediss:'], 'expected a URL such as redis://:password@127.0.0.1:16379');
}

/** Kafka bootstrap brokers, `host:port` separated by commas, as an array. */
export function brokers() {
  const error = 'expected host:port, several separated by commas';
  return csv(error).refine((list) => list.every(isHostAndPort), { error });
}

/** A list separated by commas, as an array without blanks; at least one entry. */
export function csv(error = 'expected a list separated by commas') {
  return z
    .string({ error })
    .transform((value) => value.split(',').map((entry) => entry.trim()).filter(Boolean))
    .refine((list) => list.length > 0, { error });
}

/** An Ed25519 private key as JWK (RFC 8037), JSON in one variable; `npm start` generates it. */
export function privateKey() {
  return json(ED25519, 'expected an Ed25519 private key as JWK with kid');
}

/** A list of them: the first one signs, each of them verifies. */
export function privateKeys() {
  return json(z.array(ED25519).min(1), 'expected a list of Ed25519 private keys as JWKs with kid');
}

/** A secret of at least 16 characters. It has no default on purpose: `npm start` generates it. */
export function secret() {
  const error = 'expected a secret of at least 16 characters';
  return z.string({ error }).min(16, { error });
}

function json<S extends z.ZodType>(schema: S, message: string) {
  return z.string({ error: message }).transform((text, refinement): z.output<S> => {
    const parsed = schema.safeParse(parse(text));
    if (parsed.success) return parsed.data;
    refinement.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function urlOf(protocols: readonly string[], error: string) {
  const accepts = (value: string): boolean => {
    const url = URL.parse(value);
    return url !== null && protocols.includes(url.protocol) && url.hostname !== '';
  };
  return z.string({ error }).refine(accepts, { error, abort: true });
}

function isHostAndPort(entry: string): boolean {
  const at = entry.lastIndexOf(':');
  const number = Number(entry.slice(at + 1));
  return at > 0 && Number.isInteger(number) && number > 0 && number <= 65_535;
}
