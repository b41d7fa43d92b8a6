import { Counter, Gauge } from 'prom-client';
import type { EngineStats } from './cdc-engines';

type Read = (stats: EngineStats) => number | null;

const COUNTERS: Readonly<Record<string, readonly [help: string, read: Read]>> = {
  cdc_rows_published_total: ['Rows that the broker has acknowledged', (stats) => stats.rowsPublished],
  cdc_batches_published_total: ['Batches that the broker has acknowledged', (stats) => stats.batchesPublished],
  cdc_publish_retries_total: ['Failed attempts to publish a batch', (stats) => stats.publishRetries],
  cdc_connections_lost_total: ['Replication streams that broke off', (stats) => stats.connectionsLost],
  cdc_task_restarts_total: ['Failed tasks of Kafka Connect that were restarted', (stats) => ('taskRestarts' in stats ? stats.taskRestarts : null)],
};

const GAUGES: Readonly<Record<string, readonly [help: string, read: Read]>> = {
  cdc_streaming: ['1 while the reader streams, 0 while it stands by, connects or has halted', ({ state }) => Number(state === 'streaming')],
  cdc_halted: ['1 while a person has to help: its log says how', ({ state }) => Number(state === 'halted')],
  cdc_buffered_rows: ['Rows in memory that are not yet durable', (stats) => stats.bufferedRows],
  cdc_buffered_bytes: ['Bytes in memory that are not yet durable', (stats) => stats.bufferedBytes],
  cdc_paused: ['1 while the log is held back because the broker is slower', ({ paused }) => Number(paused)],
  cdc_publish_age_seconds: [
    'Time since the batch that is with the broker was handed to it',
    ({ publishingSince }) => (publishingSince === null ? null : (Date.now() - publishingSince) / 1000),
  ],
  cdc_received_lsn: ['Position read from the log, in bytes', ({ receivedLsn }) => Number(receivedLsn)],
  cdc_confirmed_lsn: ['Position confirmed to the server, in bytes', ({ confirmedLsn }) => Number(confirmedLsn)],
  cdc_slot_lag_bytes: ['Log that the server keeps for the slot, as of the last heartbeat', (stats) => stats.lagBytes],
  cdc_slot_safe_wal_bytes: ['Log that may still be written before the slot is lost', (stats) => stats.safeWalBytes],
  cdc_slot_loss_seconds: ['Time until the slot is lost at the present rate', (stats) => stats.secondsToSlotLoss],
  cdc_heartbeat_age_seconds: [
    'Time since a heartbeat came back through the log',
    ({ lastHeartbeatAt }) => (lastHeartbeatAt === null ? null : (Date.now() - lastHeartbeatAt) / 1000),
  ],
  cdc_heartbeat_round_trip_seconds: [
    'From writing a heartbeat to reading it from the log',
    ({ heartbeatRoundTripMs }) => (heartbeatRoundTripMs === null ? null : heartbeatRoundTripMs / 1000),
  ],
};

/** Exposes the readers' stats, read when they are scraped: nothing is counted twice, and nothing on the hot path. */
export function exposeReaderMetrics(readers: () => readonly EngineStats[]): void {
  for (const [name, [help, read]] of Object.entries(COUNTERS)) {
    const counter = new Counter({
      name,
      help,
      labelNames: ['database'],
      collect: () => {
        counter.reset();
        for (const stats of readers()) counter.inc({ database: stats.database }, read(stats) ?? 0);
      },
    });
  }
  for (const [name, [help, read]] of Object.entries(GAUGES)) {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ['database'],
      collect: () => {
        gauge.reset();
        for (const stats of readers()) {
          const value = read(stats);
          if (value !== null) gauge.set({ database: stats.database }, value);
        }
      },
    });
  }
}
