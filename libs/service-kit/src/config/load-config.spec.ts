import { z } from 'zod';
import { brokers, csv, httpUrl, integer, port, postgresUrl, secret } from './fields';
import { ConfigError, loadConfig } from './load-config';

const schema = z.object({
  PORT: port(),
  FALLBACK_PORT: port(8_101),
  DATABASE: postgresUrl(),
  KEYS: httpUrl(),
  KAFKA: brokers(),
  NAMES: csv(),
  LIMIT: integer({ min: 1, max: 10 }),
  TOKEN: secret(),
});
const good = {
  PORT: '8100',
  DATABASE: 'postgres://madang:pw@127.0.0.1:15432/member',
  KEYS: 'http://127.0.0.1:8101/.well-known/jwks.json',
  KAFKA: '127.0.0.1:19092, [::1]:19093',
  NAMES: 'a, b,',
  LIMIT: '10',
  TOKEN: 'x'.repeat(16),
};

function faultsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(schema, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ variable, problem }) => `${variable} ${problem}`);
    throw error;
  }
}

describe('loadConfig', () => {
  it('reads a whole environment', () => {
    expect(loadConfig(schema, good)).toEqual({
      ...good,
      PORT: 8_100,
      FALLBACK_PORT: 8_101,
      LIMIT: 10,
      KAFKA: ['127.0.0.1:19092', '[::1]:19093'],
      NAMES: ['a', 'b'],
    });
  });

  it('names every missing variable at once, with what it expects', () => {
    const faults = faultsOf({});
    expect(faults).toHaveLength(7);
    expect(faults[0]).toBe('PORT is missing: expected a whole number from 1 to 65535');
  });

  it('does not let an empty variable fall back to its default', () => {
    expect(faultsOf({ ...good, FALLBACK_PORT: ' ' })).toEqual(['FALLBACK_PORT is set but empty']);
  });

  it.each([
    ['PORT', ['NaN', '0', '65536', '-1', '80.5', '0x50', '1e3', ' 80', '8100;', '9'.repeat(400)]],
    ['DATABASE', ['mysql://h/d', 'postgres://h', 'postgres:///d', 'nonsense', '/var/run']],
    ['KEYS', ['file:///etc/passwd', '127.0.0.1:8999', 'http://']],
    ['KAFKA', ['127.0.0.1', ':9092', 'a:0', 'a:99999', 'a:b', ',']],
    ['LIMIT', ['11', 'ten']],
    ['TOKEN', ['short']],
  ])('refuses a broken %s', (variable, values) => {
    for (const value of values) {
      const faults = faultsOf({ ...good, [variable]: value });
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(new RegExp(`^${variable} is not valid: expected `));
    }
  });

  it('never shows a value', () => {
    const env = Object.fromEntries(Object.keys(good).map((variable) => [variable, 'hunter2-🔑']));
    const faults = faultsOf(env);
    expect(faults).toHaveLength(6);
    expect(faults.join()).not.toContain('hunter2');
  });
});
