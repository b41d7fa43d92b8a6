import type { Pool, PoolClient } from 'pg';
import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm';
import { checkConsistency, DEFAULT_CONSISTENCY, type ReadConsistencyOptions } from '../levels';
import type { ReadObserver } from '../metrics/monotonic-check';
import { Cluster, type ClusterOptions } from '../replica/cluster';
import { outlive } from '../replica/outlive';
import { FallbackLimit } from '../routing/fallback-limit';
import { Router } from '../routing/router';
import { readScope, type ReadScope, scopeAround } from '../session/read-scope';
import { Session } from '../session/session';
import { SessionStore } from '../session/session-store';
import { primaryIncarnation } from '../routing/settle';
import { captureWrites } from './capture-writes';
import { endStreams } from './open-streams';
import { refuseStandby } from './refuse-standby';
import { ReplicaConnection } from './replica-connection';

export interface ReplicaRouterOptions extends ClusterOptions {
  /** For reads that say nothing else. Default: monotonic, 50 ms, another replica or else the primary. */
  readonly consistency?: Partial<ReadConsistencyOptions>;
  /** Default: 1,000. */
  readonly primaryFallbacksPerSecond?: number;
  /** Sessions that are remembered, of HTTP and of `withConsistency` each. Default: 100,000. */
  readonly sessions?: number;
  /** For traces: where each read goes, and why. It is called within the caller's async context. */
  readonly onRead?: ReadObserver;
}

/** Of TypeORM's PostgreSQL driver: the two methods by which a query runner gets its connection. */
interface RoutedDriver {
  isReplicated: boolean;
  readonly master: Pool;
  obtainMasterConnection(): Promise<[PoolClient, (error?: Error) => void]>;
  obtainSlaveConnection(): Promise<[unknown, (error?: Error) => void]>;
}

/** Sends TypeORM's reads to replicas, under a stated consistency. */
export class ReplicaRouter {
  readonly cluster: Cluster;
  readonly defaults: ReadConsistencyOptions;
  readonly #router: Router;
  readonly #sessions: SessionStore;

  constructor(options: ReplicaRouterOptions) {
    this.defaults = { ...DEFAULT_CONSISTENCY, ...options.consistency };
    checkConsistency(this.defaults);
    this.cluster = new Cluster(options);
    this.#router = new Router(this.cluster, new FallbackLimit(options.primaryFallbacksPerSecond ?? 1_000), options.onRead);
    this.#sessions = new SessionStore(options.sessions);
  }

  /**
   * A data source whose reads are routed: whatever TypeORM itself would send to a replica (find*, query builders, lazy relations, counts, streams).
   * `options` name the primary as `replication.master`, and no slaves: those are the router's.
   */
  dataSource(options: DataSourceOptions): DataSource {
    const dataSource = new DataSource(options);
    const driver = dataSource.driver as unknown as RoutedDriver;
    if (typeof driver.obtainMasterConnection !== 'function' || typeof driver.obtainSlaveConnection !== 'function') {
      throw new TypeError('This TypeORM has no obtainMasterConnection and obtainSlaveConnection in its driver: @madang/replicas knows TypeORM 1.1 on PostgreSQL.');
    }
    if (!driver.isReplicated) throw new TypeError('Give the primary as `replication: { master, slaves: [] }`: without it TypeORM sends every read there.');
    const obtainMaster = driver.obtainMasterConnection.bind(driver);
    driver.obtainMasterConnection = async () => {
      outlive(driver.master);
      const [client, release] = await obtainMaster();
      await refuseStandby(client);
      const scope = readScope.getStore();
      return [captureWrites(client, () => primaryIncarnation(this.cluster)), (error) => {
        scope?.transactions.delete(client);
        endStreams(client);
        release(error);
      }];
    };
    const primary = async (): Promise<PoolClient> => (await driver.obtainMasterConnection())[0];
    driver.obtainSlaveConnection = async () => {
      const connection = await ReplicaConnection.open(this.#router, readScope.getStore() ?? this.#alone(), primary);
      return [connection, (error) => connection.release(error)];
    };
    this.#rememberTransactions(dataSource);
    return dataSource;
  }

  /** Runs `work` as the session `id`, at a level. Within it reads of the same id never go back in time. */
  withConsistency<T>(id: string, consistency: Partial<ReadConsistencyOptions>, work: (scope: ReadScope) => Promise<T>): Promise<T> {
    const scope = this.scope(id, consistency);
    return readScope.run(scope, () => work(scope));
  }

  scope(id: string, consistency: Partial<ReadConsistencyOptions> = {}): ReadScope {
    const { level = this.defaults.level, timeoutMs = this.defaults.timeoutMs, onTimeout = this.defaults.onTimeout } = consistency;
    checkConsistency({ level, timeoutMs, onTimeout });
    return scopeAround(this.#sessions.get(id), { level, timeoutMs, onTimeout }, readScope.getStore()?.transactions);
  }

  /** Raw SQL that only reads. PostgreSQL refuses everything else: on a replica, and on the primary in a read-only transaction. */
  query<Row>(dataSource: DataSource, sql: string, parameters?: unknown[]): Promise<Row[]> {
    return readScope.run({ ...(readScope.getStore() ?? this.#alone()), readOnly: true }, async () => {
      const runner = dataSource.createQueryRunner('slave');
      try {
        return (await runner.query(sql, parameters)) as Row[];
      } finally {
        await runner.release();
      }
    });
  }

  /** One snapshot: a read-only repeatable-read transaction on one server that is far enough. */
  async snapshot<T>(dataSource: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = dataSource.createQueryRunner('slave');
    try {
      await runner.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const result = await work(runner);
      await runner.query('COMMIT');
      return result;
    } catch (error) {
      await runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  close(): Promise<void> {
    return this.cluster.close();
  }

  /** A read outside of any scope promises nothing about others. */
  #alone(): ReadScope {
    const level = this.defaults.level === 'strong' ? 'strong' : 'eventual';
    return scopeAround(new Session(''), { ...this.defaults, level });
  }

  /** Outside of any scope nobody would know that a transaction is under way, and another repository would read a replica beside it. */
  #rememberTransactions({ manager }: DataSource): void {
    const transaction = manager.transaction.bind(manager) as (...args: unknown[]) => Promise<unknown>;
    manager.transaction = (...args: unknown[]) => (readScope.getStore() ? transaction(...args) : readScope.run(this.#alone(), () => transaction(...args))) as Promise<never>;
  }
}
