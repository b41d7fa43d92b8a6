import type { ConnectorStats, ReaderStats } from '@madang/cdc';

/** One engine a database, of either kind. The token by which health, metrics and the page of readers find them. */
export abstract class CdcEngines {
  abstract readonly kind: 'embedded' | 'debezium';
  abstract stats(): readonly (ReaderStats | ConnectorStats)[];
  /** Rejects, saying what is wrong with which database, unless every engine delivers or stands by. */
  abstract assertReady(): Promise<void>;
}
