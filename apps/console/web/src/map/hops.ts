import type { FeedItem, RecordItem, SpanItem } from '../../../feed/feed';
import { isOwnLook } from '../store/own-looks';
import { DEAD_LETTERS, type FlowMap, type PlacedEdge, readerOf } from './layout';

/** What a pulse looks like. */
export type PulseKind = 'normal' | 'duplicate' | 'retry' | 'dead' | 'read' | 'anomaly';

export interface Pulse {
  readonly kind: PulseKind;
  /** One after the other. */
  readonly path: readonly PlacedEdge[];
}

/** Which rows a record came from is known by the id that it shares with them; so many are remembered. */
const MOST_ORIGINS = 2_000;
const DELIVERED = ['messaging.destination.name', 'messaging.destination', 'topic'];

/** Turns what really happened into pulses along the edges of the map; what the map does not show is none. */
export class Hops {
  readonly #edges: ReadonlyMap<string, PlacedEdge>;
  readonly #into: ReadonlyMap<string, readonly PlacedEdge[]>;
  readonly #topics: ReadonlySet<string>;
  readonly #origins = new Map<string, string>();
  readonly #client: string;

  constructor({ nodes, edges }: FlowMap) {
    this.#edges = new Map(edges.map((edge) => [edge.id, edge]));
    this.#into = Map.groupBy(edges, ({ to }) => to.id);
    this.#topics = new Set(nodes.filter(({ kind }) => kind === 'topic').map(({ id }) => id));
    this.#client = nodes.find(({ kind }) => kind === 'client')?.id ?? 'client';
  }

  of(item: FeedItem): Pulse | null {
    switch (item.kind) {
      case 'record':
        return this.#record(item);
      case 'span':
        return this.#span(item);
      case 'read':
        return pulse(item.anomaly ? 'anomaly' : 'read', [this.#edge(item.service, item.target)]);
      case 'lag':
      case 'consumer-lag':
      case 'process':
      case 'room':
      case 'admission':
      case 'lab':
      case 'run':
      case 'missed':
        return null;
      default:
        return item satisfies never;
    }
  }

  #record({ role, topic, eventId, duplicate }: RecordItem): Pulse | null {
    if (role === 'dead-letter') return pulse('dead', [this.#edge([...this.#topics].find((name) => topic.startsWith(`${name}.`)) ?? '', DEAD_LETTERS)]);
    if (role === 'audit') return null;
    const kind = duplicate ? 'duplicate' : 'normal';
    const [last] = this.#into.get(topic)?.filter((edge) => edge.kind === 'produce') ?? [];
    if (!last) return null;
    if (role === 'row-added') {
      if (eventId !== null) this.#remember(eventId, topic);
      const source = /^cdc\.([^.]+)\./.exec(topic)?.[1] ?? '';
      const log = this.#into.get(last.from.id)?.find(({ from }) => from.about === source);
      return pulse(kind, [log, last]);
    }
    const origin = eventId === null ? undefined : this.#origins.get(eventId);
    return pulse(kind, [origin === undefined ? undefined : this.#edge(origin, last.from.id), last]);
  }

  #span(span: SpanItem): Pulse | null {
    if (isOwnLook(span)) return null;
    const { spanKind, service, name, attributes, error } = span;
    if (spanKind === 'server') {
      const writes = !/^(GET|HEAD|OPTIONS) /.test(name);
      const database = writes ? [...this.#edges.values()].find(({ from, kind }) => from.id === service && kind === 'transaction') : undefined;
      return pulse('normal', [this.#edge(this.#client, service), database]);
    }
    if (spanKind !== 'consumer') return null;
    const topic = DELIVERED.map((attribute) => attributes[attribute]).find((value) => value !== undefined);
    return pulse(error ? 'retry' : 'normal', [this.#edge(String(topic ?? ''), readerOf(service))]);
  }

  #remember(eventId: string, topic: string): void {
    this.#origins.set(eventId, topic);
    if (this.#origins.size <= MOST_ORIGINS) return;
    const [oldest] = this.#origins.keys();
    if (oldest !== undefined) this.#origins.delete(oldest);
  }

  #edge(from: string, to: string): PlacedEdge | undefined {
    return this.#edges.get(`${from}→${to}`);
  }
}

function pulse(kind: PulseKind, path: readonly (PlacedEdge | undefined)[]): Pulse | null {
  const known = path.filter((edge) => edge !== undefined);
  return known.length > 0 ? { kind, path: known } : null;
}
