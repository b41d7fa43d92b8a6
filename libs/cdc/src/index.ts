export type { CdcEngine } from './cdc-engine';
export type { ReaderConnection } from './connection-config';
export { connectorName, heartbeatTopic } from './debezium/connector-config';
export type { DebeziumConnectorOptions } from './debezium/connector-settings';
export { ConnectorFailedError, LogHistoryChangedError, OffsetAheadError, OffsetBehindError } from './debezium/debezium.errors';
export { DebeziumConnector, type ConnectorStats } from './debezium/debezium-connector';
export { storedOffsetKey } from './debezium/stored-offset';
export type { ReaderLimits } from './delivery/row-buffer';
export { encodeRowAdded, rowAddedTopic, type RowAddedMessage } from './envelope/encode-row-added';
export {
  CdcError,
  PermanentSinkError,
  ProtocolError,
  PublicationChangedError,
  PublicationIncompleteError,
  PublicationMissingError,
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
export type { ReaderState, ReaderStats } from './reader-stats';
export type { Relation, RelationColumn, RowAdded, RowSink, RowTransaction } from './row-added';
export { createSlot } from './slot/create-slot';
