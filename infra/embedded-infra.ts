import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDownload, kafkaDownload, valkeyDownload } from './bootstrap/downloads.mjs';
import { freePorts } from './core/free-ports.ts';
import { cacheDirectory } from './core/paths.ts';
import { connectWorker, secretReference } from './debezium/worker.ts';
import { infraOf, partsFor, standbyNamesFor } from './infra-access.ts';
import type { Infra, InfraOptions } from './infra.ts';
import { kafkaBroker } from './kafka/broker.ts';
import { primary } from './postgres/primary.ts';
import { standby } from './postgres/standby.ts';
import type { PortClaim, ProcessDefinition } from './process/process-definition.ts';
import { signalProcess, treeOf } from './process/process-tree.ts';
import { startReaper } from './process/reaper.ts';
import { Supervisor } from './process/supervisor.ts';
import { valkey } from './valkey/server.ts';

/** The sandbox's own parts, by the same code, without its services and without restarts: a test decides what comes back. */
export async function startEmbeddedInfra(options: InfraOptions): Promise<Infra> {
  await ensureDownloads(options);
  const names = ['postgres', ...standbyNamesFor(options), 'kafka', 'kafka-controller', 'connect', 'valkey'];
  const ports = await freePorts(names.length);
  const parts = partsFor(options, (name) => ports[names.indexOf(name)] ?? 0);
  const { databases, standbyNames, passwords, valkeyPassword } = parts;
  const claimOf = (name: string): PortClaim => ({ variable: 'none: chosen by the test', port: parts.portOf(name) });

  const stateDirectory = mkdtempSync(join(tmpdir(), 'madang-infra-'));
  chmodSync(stateDirectory, 0o711); // PostgreSQL's user passes through, when root runs the tests

  const topology: ProcessDefinition[] = [];
  const dataOf = (name: string): string => join(stateDirectory, name, 'data');
  const profiles = ['postgresql.conf', 'test.conf'];
  if (options.postgres) {
    const claim = claimOf('postgres');
    const { slotSync } = options.postgres;
    const synchronizedStandbys = slotSync === 'strict' ? standbyNames.slice(0, 1) : [];
    topology.push(primary({ name: 'postgres', claim, dataDirectory: dataOf('postgres'), passwords, outboxes: databases, profiles, synchronizedStandbys }));
    const source = { name: 'postgres', port: claim.port, dataDirectory: dataOf('postgres') };
    for (const name of standbyNames) {
      topology.push(standby({ name, claim: claimOf(name), dataDirectory: dataOf(name), passwords, profiles, primary: source, syncsSlots: slotSync !== undefined && name === standbyNames[0] }));
    }
  }
  if (options.kafka) {
    topology.push(kafkaBroker({ name: 'kafka', listener: claimOf('kafka'), controller: claimOf('kafka-controller'), stateDirectory: join(stateDirectory, 'kafka') }));
  }
  const connectDirectory = join(stateDirectory, 'connect');
  if (options.connect) {
    if (!options.kafka) throw new Error('startInfra() cannot start connect without kafka');
    const secrets = { cdc_password: passwords.cdc };
    const brokers = [`127.0.0.1:${parts.portOf('kafka')}`];
    topology.push(connectWorker({ name: 'connect', listener: claimOf('connect'), brokers, kafka: 'kafka', stateDirectory: connectDirectory, secrets }));
  }
  if (options.valkey) {
    topology.push(valkey({ name: 'valkey', claim: claimOf('valkey'), stateDirectory: join(stateDirectory, 'valkey'), password: valkeyPassword }));
  }

  const letReaperGo = startReaper(stateDirectory);
  const supervisor = new Supervisor(topology, { stateDirectory, restart: false });
  const stop = async (): Promise<void> => {
    await supervisor.stop();
    rmSync(stateDirectory, { recursive: true, force: true, maxRetries: 5 });
    letReaperGo();
  };
  try {
    await supervisor.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return infraOf(options, parts, secretReference(connectDirectory, 'cdc_password'), {
    process: (name) => supervisor.process(name),
    signal: async (name, pid, signal) => {
      const { running } = supervisor.process(name);
      if (!running || !treeOf(running.pid).includes(pid) || !signalProcess(pid, signal)) throw new Error(`${signal}: there is no process ${pid} of ${name}`);
    },
    stop,
  });
}

async function ensureDownloads(options: InfraOptions): Promise<void> {
  const needed = [...(options.kafka ? [kafkaDownload(cacheDirectory)] : []), ...(options.connect ? [connectDownload(cacheDirectory)] : []), ...(options.valkey ? [valkeyDownload(cacheDirectory)] : [])];
  await Promise.all(needed.filter((download) => !download.present()).map((download) => download.fetch()));
}
