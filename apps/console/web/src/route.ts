export const PANES = ['start', 'map', 'timeline', 'replicas', 'room', 'chat', 'ids', 'kafka', 'services', 'faults', 'switches', 'scenarios'] as const;
export type PaneName = (typeof PANES)[number];

export interface Route {
  readonly pane: PaneName;
  /** What of it: a trace, a topic, a scenario. */
  readonly of: string | null;
}

/** `#/timeline/4bf9…`; whatever is no pane is the first one. */
export function parseRoute(hash: string): Route {
  const [pane = '', of = ''] = hash.replace(/^#\/?/, '').split('/');
  const known = PANES.find((each) => each === pane);
  return known ? { pane: known, of: of === '' ? null : decoded(of) } : { pane: 'start', of: null };
}

export function hrefTo(pane: PaneName, of?: string | null): string {
  return of === undefined || of === null ? `#/${pane}` : `#/${pane}/${encodeURIComponent(of)}`;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
