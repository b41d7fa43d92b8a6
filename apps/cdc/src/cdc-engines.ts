import { CdcError, type ConnectorStats, type ReaderStats } from '@madang/cdc';
import { endProcess } from '@madang/event-bus';

/** `haltedFor`: what a person has to do before it goes on; null while it does. */
export type EngineStats = (ReaderStats | ConnectorStats) & { readonly haltedFor: string | null };

/** One engine a database, of either kind. The token by which health, metrics and the page of readers find them. */
export abstract class CdcEngines {
  abstract readonly kind: 'embedded' | 'debezium';
  abstract stats(): readonly EngineStats[];
  /** What keeps an engine that streams from being well; null if it is. */
  protected abstract faultOf(stats: EngineStats, now: number): string | null;

  /** Rejects, saying what is wrong with which database, unless every engine delivers or stands by. */
  assertReady(): Promise<void> {
    const now = Date.now();
    const faults = this.stats().flatMap((stats) => {
      const { database, state } = stats;
      if (state === 'standby') return [];
      if (state !== 'streaming') return [`${database} is ${state}`];
      const fault = this.faultOf(stats, now);
      return fault === null ? [] : [`${database}: ${fault}`];
    });
    return faults.length === 0 ? Promise.resolve() : Promise.reject(new Error(faults.join(', ')));
  }
}

/** After a halt that an engine has a name for, its database alone stands still. After anything else nothing is known: a new process begins. */
export function endUnlessHalted(error: Error): void {
  if (!(error instanceof CdcError) || error.code === 'CDC_INTERNAL') endProcess(error);
}
