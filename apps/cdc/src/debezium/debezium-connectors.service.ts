import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectorStats, DebeziumConnector } from '@madang/cdc';
import { endProcess, ensureTopics } from '@madang/event-bus';
import { rowAddedTopic } from '@madang/events';
import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { serversByDatabase } from '../cdc.config';
import type { CdcEngines } from '../cdc-engines';
import { outboxOf } from '../outbox-of';
import { readerLogger } from '../reader-logger';
import { remedyOf } from '../remedy';
import { ensureHeartbeatTopics } from './heartbeat-topics';

/** Longest wait for the connectors to stop at the end, in milliseconds. One that goes on loses nothing. */
const STOP_DEADLINE = 6_000;
/** Between Debezium's heartbeats, in milliseconds. One takes up to two intervals and a flush of offsets to come through. */
const HEARTBEAT_INTERVAL = 1_000;
/** Without the log's end being confirmed for this long, something on the way does not work, whatever states Kafka Connect reports. */
const HEARTBEAT_DEADLINE = 15_000;

interface DatabaseConnector {
  readonly database: string;
  readonly connector: DebeziumConnector;
}

export interface DebeziumConnectorsOptions {
  readonly connectUrl: string;
  readonly passwordReference?: string;
}

/** Keeps one Debezium connector a database, from its slot to its row-added topic. Rows never pass through this process. */
export class DebeziumConnectors implements CdcEngines, OnApplicationBootstrap, OnApplicationShutdown {
  readonly kind = 'debezium';
  private readonly connectors: readonly DatabaseConnector[];
  private readonly logger = new Logger(DebeziumConnectors.name);
  private readonly stopping = new AbortController();
  private readonly startedAt = Date.now();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    urls: readonly string[],
    private readonly kafka: Kafka,
    options: DebeziumConnectorsOptions,
    /** A keeper has halted. */
    private readonly onFatal: (error: Error) => void = endProcess,
  ) {
    this.connectors = Array.from(serversByDatabase(urls), ([database, [connection = '', ...others]]) => {
      if (others.length > 0) throw new Error(`CDC_DATABASE_URLS names several servers of ${database}: Debezium takes one, the address of whichever is the primary`);
      const connector = new DebeziumConnector({
        ...options,
        ...outboxOf(database),
        connection,
        heartbeatIntervalMs: HEARTBEAT_INTERVAL,
        logger: readerLogger(`DebeziumConnector ${database}`),
      });
      return { database, connector };
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const databases = this.connectors.map(({ database }) => database);
    await ensureTopics(this.kafka, databases.map(rowAddedTopic));
    await ensureHeartbeatTopics(this.kafka, databases);
    this.running = Promise.allSettled(this.connectors.map((each) => this.run(each)));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.race([this.running, sleep(STOP_DEADLINE, undefined, { ref: false })]);
  }

  stats(): ConnectorStats[] {
    return this.connectors.map(({ connector }) => connector.stats());
  }

  assertReady(): Promise<void> {
    const now = Date.now();
    const faults = this.stats().flatMap((stats) => faultOf(stats, this.startedAt, now) ?? []);
    return faults.length === 0 ? Promise.resolve() : Promise.reject(new Error(faults.join(', ')));
  }

  /** A keeper that halts ends the process: its supervisor starts it again, and says so if that does not help. */
  private async run({ database, connector }: DatabaseConnector): Promise<void> {
    try {
      await connector.run(this.stopping.signal);
    } catch (error) {
      const remedy = remedyOf(database, error);
      if (remedy) this.logger.error(remedy);
      this.onFatal(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

function faultOf({ database, state, lastHeartbeatAt }: ConnectorStats, startedAt: number, now: number): string | null {
  if (state === 'standby') return null;
  if (state !== 'streaming') return `${database} is ${state}`;
  // The first heartbeat takes seconds to come through; a task that runs is ready until then.
  const since = lastHeartbeatAt ?? startedAt;
  if (now - since <= HEARTBEAT_DEADLINE) return null;
  return `${database}: no heartbeat has come through Debezium and Kafka for ${Math.round((now - since) / 1000)} s`;
}
