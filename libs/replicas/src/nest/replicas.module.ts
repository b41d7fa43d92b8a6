import { type DynamicModule, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { LEVEL_NAMES } from '../levels';
import { observeCluster } from '../metrics/cluster.metrics';
import { ConsistencyTokens } from '../token/consistency-tokens';
import type { ReplicaState } from '../replica/replica';
import { ReplicaRouter, type ReplicaRouterOptions } from '../typeorm/replica-router';
import { EventReads } from './event-reads';
import type { HttpReadOptions } from './http-read-scope';
import { HTTP_READ_OPTIONS, HttpReads, type HttpReadsOptions } from './http-reads';
import { ReadConsistencyInterceptor } from './read-consistency.interceptor';

export interface ReplicasModuleOptions extends ReplicaRouterOptions, HttpReadOptions {
  /** Secrets of at least 32 bytes that sign the tokens; see {@link ConsistencyTokens}. */
  readonly tokenKeys: readonly string[];
  /** Whether answers say which replica was read, how stale it is, and why. Default: outside production. */
  readonly explain?: boolean;
}

/**
 * Provides the {@link ReplicaRouter}, {@link ConsistencyTokens} and {@link EventReads} everywhere, gives each HTTP request the scope that its
 * headers and `@ReadConsistency` say, and the metrics of the cluster to prom-client.
 */
@Module({})
export class ReplicasModule implements OnApplicationShutdown {
  readonly #forget: () => void;

  constructor(private readonly router: ReplicaRouter) {
    this.#forget = observeCluster(router.cluster);
  }

  static forRoot({ tokenKeys, clientLevels = [], explain = process.env['NODE_ENV'] !== 'production', ...options }: ReplicasModuleOptions): DynamicModule {
    const unknown = clientLevels.find((level) => !LEVEL_NAMES.includes(level));
    if (unknown !== undefined) throw new RangeError(`clientLevels has "${unknown}": give ${LEVEL_NAMES.join(', ')}.`);
    const http: HttpReadsOptions = { clientLevels, explain, sessions: options.sessions };
    const tokens = new ConsistencyTokens(tokenKeys);
    return {
      module: ReplicasModule,
      global: true,
      providers: [
        { provide: ReplicaRouter, useFactory: () => new ReplicaRouter({ onReplicaState: log, ...options }) },
        { provide: ConsistencyTokens, useValue: tokens },
        { provide: HTTP_READ_OPTIONS, useValue: http },
        { provide: APP_INTERCEPTOR, useClass: ReadConsistencyInterceptor },
        HttpReads,
        EventReads,
      ],
      exports: [ReplicaRouter, ConsistencyTokens, EventReads],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    this.#forget();
    await this.router.close();
  }
}

const logger = new Logger(ReplicasModule.name);

function log(name: string, state: ReplicaState, cause: unknown): void {
  if (state === 'up') logger.log(`${name} is read`);
  else logger.warn(`${name} is not read: ${state}${cause instanceof Error ? `, ${cause.message || cause.name}` : ''}`);
}
