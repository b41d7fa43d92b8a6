import type { ReaderStats } from '@madang/cdc';
import { Gauge } from 'prom-client';

/** What a snapshot says, a gauge each; what is not known yet is left out. */
const GAUGES: Readonly<Record<string, { help: string; value: (stats: ReaderStats) => number | null }>> = {
  cdc_streaming: { help: '1 while the log is read', value: ({ state }) => (state === 'streaming' ? 1 : 0) },
  cdc_rows_published: { help: 'Rows that Kafka has, since the start', value: (stats) => stats.rowsPublished },
  cdc_publish_retries: { help: 'Batches that were tried again, since the start', value: (stats) => stats.publishRetries },
  cdc_connections_lost: { help: 'Streams that broke off, since the start', value: (stats) => stats.connectionsLost },
  cdc_buffered_rows: { help: 'Rows in memory', value: (stats) => stats.bufferedRows },
  cdc_lag_bytes: { help: 'Log that the server keeps for the slot', value: (stats) => stats.lagBytes },
  cdc_safe_wal_bytes: { help: 'Log that may still be written before the slot is lost', value: (stats) => stats.safeWalBytes },
  cdc_seconds_to_slot_loss: { help: 'At the present rate', value: (stats) => stats.secondsToSlotLoss },
  cdc_heartbeat_age_seconds: {
    help: 'Since a heartbeat last came back through the log',
    value: ({ lastHeartbeatAt }) => (lastHeartbeatAt === null ? null : (Date.now() - lastHeartbeatAt) / 1_000),
  },
  cdc_heartbeat_round_trip_seconds: {
    help: 'From writing a heartbeat to reading it from the log',
    value: ({ heartbeatRoundTripMs }) => (heartbeatRoundTripMs === null ? null : heartbeatRoundTripMs / 1_000),
  },
};

/** Publishes the readers' snapshots as metrics, taken anew at every scrape. */
export function exposeReaderStats(stats: () => readonly ReaderStats[]): void {
  for (const [name, { help, value }] of Object.entries(GAUGES)) {
    new Gauge({
      name,
      help,
      labelNames: ['slot'],
      collect() {
        for (const snapshot of stats()) {
          const current = value(snapshot);
          if (current === null) this.remove({ slot: snapshot.slot });
          else this.set({ slot: snapshot.slot }, current);
        }
      },
    });
  }
}
