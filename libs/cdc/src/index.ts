export type { CdcEngine } from './cdc-engine';
export { connectorName, heartbeatTopic } from './debezium/connector-config';
export type { DebeziumConnectorOptions } from './debezium/connector-settings';
export { ConnectorFailedError, LogHistoryChangedError, OffsetAheadError, OffsetBehindError } from './debezium/debezium.errors';
export { DebeziumConnector, type ConnectorStats } from './debezium/debezium-connector';
export { checkStoredOffset } from './debezium/check-stored-offset';
export { stopConnector } from './debezium/stop-connector';
export { storedOffsetKey } from './debezium/stored-offset';
export type { ReaderConnection, ServerConnection } from './connection-config';
export type { ReaderLimits } from './delivery/row-buffer';
export { encodeRowAdded, rowAddedTopic, type RowAddedMessage } from './envelope/encode-row-added';
export {
  CdcError,
  NothingToReconcileError,
  PermanentSinkError,
  ProtocolError,
  PublicationChangedError,
  PublicationIncompleteError,
  PublicationMissingError,
  ReconcileBlockedError,
  ReconcileUnfinishedError,
  SinkUnavailableError,
  SlotLostError,
  SlotMismatchError,
  SlotMissingError,
  UnexpectedOperationError,
  UnsupportedColumnError,
} from './errors';
export { LogReader } from './log-reader';
export { formatLsn, parseLsn } from './lsn';
export type { ReaderLogger } from './reader-logger';
export type { LogReaderOptions } from './reader-settings';
export { reconcile } from './reconcile/reconcile';
export type { PublishedRows, ReconcileOptions, ReconcileReason, ReconcileReport } from './reconcile/reconcile-options';
export type { ReaderState, ReaderStats } from './reader-stats';
export type { Relation, RelationColumn, RowAdded, RowSink, RowTransaction } from './row-added';
export { createSlot } from './slot/create-slot';
