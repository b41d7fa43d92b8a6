import { Counter, Gauge } from 'prom-client';

export const partitionCount = new Gauge({
  name: 'outbox_partitions',
  help: 'Daily partitions of the outbox, as of the last maintenance',
});

export const defaultPartitionRows = new Gauge({
  name: 'outbox_default_partition_rows',
  help: 'Rows that no daily partition takes (counted up to 100,000); more than 0 means that maintenance is behind or a writer sets its own times',
});

export const oldestPartitionAge = new Gauge({
  name: 'outbox_oldest_partition_age_seconds',
  help: 'Time since the day of the oldest partition ended, detached ones included',
});

export const unconfirmedPartitions = new Gauge({
  name: 'outbox_partitions_kept_unconfirmed',
  help: 'Partitions past their retention that are kept because a replication slot has not confirmed them, is lost or is missing',
});

export const partitionsDropped = new Counter({
  name: 'outbox_partitions_dropped_total',
  help: 'Partitions dropped after their retention and the confirmation of every reader',
});

export const inboxRowsDeleted = new Counter({
  name: 'inbox_rows_deleted_total',
  help: 'Messages forgotten after the retention of the inbox',
});

export const maintenanceFailures = new Counter({
  name: 'outbox_maintenance_failures_total',
  help: 'Parts of the maintenance that failed and are tried again at its next run',
  labelNames: ['part'] as const,
});

export const lastMaintenance = new Gauge({
  name: 'outbox_maintenance_last_success_timestamp_seconds',
  help: 'When the maintenance last ran without a failure',
});
