import { createKafka } from '@madang/event-bus';
import type { CdcEngines } from '../src/cdc-engines';
import { DebeziumConnectors } from '../src/debezium/debezium-connectors.service';
import { LogReaders } from '../src/log-readers.service';
import { eventually } from './row-added-topic';

/** Where the parts are. */
export interface Parts {
  readonly url: string;
  readonly brokers: string[];
  readonly connectUrl: string;
  readonly cdcPassword: string;
}

export interface RunningEngine {
  readonly engines: CdcEngines;
  /** What engines halted with. */
  readonly fatal: Error[];
  stop(): Promise<void>;
}

/** Starts what the cdc process runs with this CDC_ENGINE, over the database `member`. */
export async function startEngine(kind: CdcEngines['kind'], parts: Parts): Promise<RunningEngine> {
  const kafka = createKafka({ clientId: 'cdc', brokers: parts.brokers });
  const fatal: Error[] = [];
  const onFatal = (error: Error): unknown => fatal.push(error);
  const { connectUrl, cdcPassword: passwordReference } = parts;
  const engines = kind === 'embedded' ? new LogReaders([parts.url], kafka, onFatal) : new DebeziumConnectors([parts.url], kafka, { connectUrl, passwordReference }, onFatal);
  await engines.onApplicationBootstrap();
  return { engines, fatal, stop: () => engines.onApplicationShutdown() };
}

export async function ready({ engines }: RunningEngine): Promise<void> {
  await eventually(() => engines.assertReady().then(() => true, () => false), 60_000);
}
