import { setTimeout as sleep } from 'node:timers/promises';
import { DebeziumConnector, type DebeziumConnectorOptions, heartbeatTopic } from '@madang/cdc';
import { ensureTopics, type TopicDefinition } from '@madang/event-bus';
import { rowAddedTopic } from '@madang/events';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { serversByDatabase } from '../cdc.config';
import { CdcEngines, endUnlessHalted, type EngineStats } from '../cdc-engines';
import { outboxOf } from '../outbox-of';
import { readerLogger } from '../reader-logger';
import { RestartedEngine } from '../restarted-engine';

/** Longest wait for the connectors to stop at the end, in milliseconds. One that goes on loses nothing. */
const STOP_DEADLINE = 6_000;
/** Between Debezium's heartbeats, in milliseconds. One takes up to two intervals and a flush of offsets to come through. */
const HEARTBEAT_INTERVAL = 1_000;
/** Without the log's end being confirmed for this long, something on the way does not work, whatever states Kafka Connect reports. */
const HEARTBEAT_DEADLINE = 15_000;

/** Nobody reads heartbeats: they only carry Debezium's position to Kafka Connect. In milliseconds. */
const HEARTBEAT_RETENTION = 3_600_000;

export interface DebeziumConnectorsOptions {
  readonly connectUrl: string;
  readonly passwordReference?: string;
}

/** Keeps one Debezium connector a database, from its slot to its row-added topic. Rows never pass through this process. */
export class DebeziumConnectors extends CdcEngines implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly kind = 'debezium';
  private readonly connectors: readonly RestartedEngine<DebeziumConnector>[];
  private readonly stopping = new AbortController();
  private readonly startedAt = Date.now();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    urls: readonly string[],
    private readonly kafka: Kafka,
    options: DebeziumConnectorsOptions,
    onHalt: (error: Error) => void = endUnlessHalted,
  ) {
    super();
    this.connectors = Array.from(serversByDatabase(urls), ([database, [connection = '', ...others]]) => {
      if (others.length > 0) throw new Error(`CDC_DATABASE_URLS names several servers of ${database}: Debezium takes one, the address of whichever is the primary`);
      const settings: DebeziumConnectorOptions = {
        ...options,
        ...outboxOf(database),
        connection,
        heartbeatIntervalMs: HEARTBEAT_INTERVAL,
        logger: readerLogger(`DebeziumConnector ${database}`),
      };
      return new RestartedEngine(database, () => new DebeziumConnector(settings), onHalt);
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const databases = this.connectors.map(({ database }) => database);
    await ensureTopics(this.kafka, [...databases.map(rowAddedTopic), ...databases.map(heartbeats)]);
    const { signal } = this.stopping;
    this.running = Promise.all(this.connectors.map((connector) => connector.run(signal)));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.race([this.running, sleep(STOP_DEADLINE, undefined, { ref: false })]);
  }

  stats(): EngineStats[] {
    return this.connectors.map((connector) => connector.stats());
  }

  protected faultOf({ lastHeartbeatAt }: EngineStats, now: number): string | null {
    // The first heartbeat takes seconds to come through; a task that runs is ready until then.
    const since = lastHeartbeatAt ?? this.startedAt;
    if (now - since <= HEARTBEAT_DEADLINE) return null;
    return `no heartbeat has come through Debezium and Kafka for ${Math.round((now - since) / 1000)} s`;
  }
}

/** Without its topic Debezium's producer would wait for ever. */
function heartbeats(database: string): TopicDefinition {
  return { name: heartbeatTopic(database), partitions: 1, retentionMs: HEARTBEAT_RETENTION, segmentMs: HEARTBEAT_RETENTION };
}
