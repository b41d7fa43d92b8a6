import { createContext, useCallback, useContext, useMemo, useSyncExternalStore } from 'react';
import type { Topology } from '../../feed/api';
import type { ConsoleApi } from './api/console-api';
import type { Language, Say } from './i18n/say';
import type { Route } from './route';
import type { ConsoleStore } from './store/console-store';
import type { ConsoleState } from './store/state';

/** What every pane works with. */
export interface Desk {
  readonly store: ConsoleStore;
  readonly api: ConsoleApi;
  readonly say: Say;
  readonly language: Language;
  readonly route: Route;
  /** null until it has been read. */
  readonly topology: Topology | null;
  /** A node of the map that everything else is narrowed down to. */
  readonly filter: string | null;
  setFilter(node: string | null): void;
  /** Said in passing, also to screen readers. */
  tell(text: string, kind?: 'good' | 'bad'): void;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('useDesk is for what is inside of the console');
  return desk;
}

/** A slice of the state. @param select returns what is in the state, nothing that it makes: else it would be new each time */
export function useConsole<T>(select: (state: ConsoleState) => T): T {
  const { store } = useDesk();
  return useSyncExternalStore(store.subscribe, () => select(store.state));
}

/** Runs what a button does, and tells what went wrong with it. */
export function useDo(): (work: () => Promise<unknown>) => void {
  const { tell } = useDesk();
  return useCallback(
    (work) => {
      work().catch((error: unknown) => tell(error instanceof Error ? error.message : String(error), 'bad'));
    },
    [tell],
  );
}

/** Where a process serves its Swagger page, by the topology. */
export function useDocs(service: string): string | null {
  const { topology } = useDesk();
  return useMemo(() => topology?.nodes.find((node) => node.process === service || node.id === service)?.docs ?? null, [topology, service]);
}
