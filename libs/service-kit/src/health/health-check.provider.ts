import type { Abstract, FactoryProvider, Type } from '@nestjs/common';
import { HealthRegistry } from './health-registry';

type Token<T> = Type<T> | Abstract<T>;

/**
 * A provider that adds a readiness check:
 * `healthCheck('postgres', [DataSource], (db) => db.query('SELECT 1'))`.
 */
export function healthCheck<D extends object[]>(
  name: string,
  inject: { [K in keyof D]: Token<D[K]> },
  check: (...dependencies: D) => Promise<unknown>,
): FactoryProvider<void> {
  return {
    provide: Symbol(`health:${name}`),
    inject: [HealthRegistry, ...inject],
    useFactory: (registry: HealthRegistry, ...dependencies: unknown[]) => {
      registry.add(name, () => check(...(dependencies as D)));
    },
  };
}
