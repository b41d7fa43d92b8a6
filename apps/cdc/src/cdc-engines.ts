import { CdcError, type ConnectorStats, type ReaderStats } from '@madang/cdc';
import { endProcess } from '@madang/event-bus';

/** `haltedFor`: what a person has to do before it goes on; null while it does. */
export type EngineStats = (ReaderStats | ConnectorStats) & { readonly haltedFor: string | null };

/** One engine a database, of either kind. The token by which health, metrics and the page of readers find them. */
export abstract class CdcEngines {
  abstract readonly kind: 'embedded' | 'debezium';
  abstract stats(): readonly EngineStats[];
  /** Rejects, saying what is wrong with which database, unless every engine delivers or stands by. */
  abstract assertReady(): Promise<void>;
}

/** After a halt that an engine has a name for, its database alone stands still. After anything else nothing is known: a new process begins. */
export function endUnlessHalted(error: Error): void {
  if (!(error instanceof CdcError) || error.code === 'CDC_INTERNAL') endProcess(error);
}
