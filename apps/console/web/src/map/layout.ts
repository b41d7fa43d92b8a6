import type { Topology } from '../../../feed/api';

type Node = Topology['nodes'][number];
type EdgeKind = Topology['edges'][number]['kind'] | 'read' | 'dead';

export interface PlacedNode {
  /** Of the topology; a consumer stands on the map twice, the second time as `board:reads`. */
  readonly id: string;
  readonly kind: Node['kind'] | 'consumer' | 'dead-letters';
  readonly label: string;
  readonly title: string;
  /** What it is in the rest of the console: the same for both places of a consumer. */
  readonly about: string;
  readonly process: string | null;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly id: string;
  readonly from: PlacedNode;
  readonly to: PlacedNode;
  readonly kind: EdgeKind;
  /** A cubic curve: begin, two handles, end. */
  readonly curve: readonly [number, number, number, number, number, number, number, number];
}

export interface FlowMap {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

/** Unrolled from left to right: who writes, its database, the log's reader, Kafka, the relay, Kafka, who reads. */
const COLUMNS = {
  client: { x: 16, width: 62 },
  writer: { x: 122, width: 96 },
  database: { x: 266, width: 96 },
  cdc: { x: 410, width: 56 },
  rows: { x: 506, width: 188 },
  relay: { x: 734, width: 56 },
  cache: { x: 402, width: 72 },
  events: { x: 838, width: 142 },
  reader: { x: 1028, width: 100 },
} as const;
type Column = keyof typeof COLUMNS;

export const DEAD_LETTERS = 'dead-letters';
const WIDTH = 1_144;
const TOP = 44;
const LANE = 56;
const NODE = 34;
const SMALL = 25;
/** Lanes from the top; what is not named comes after them. */
const LANES = ['member', 'board', 'chat', 'chat-2', 'moderator', 'queue', 'id', 'console'];

export function layOut({ nodes, edges }: Topology): FlowMap {
  const shown = nodes.filter(({ kind, process }) => kind !== 'kafka' && process !== 'console');
  const writers = inLanes(shown.filter((node) => node.kind === 'service' && !isHub(node)));
  const laneOf = new Map(writers.map((node, lane) => [nameOf(node), lane]));
  const height = TOP + Math.max(writers.length, 7) * LANE + 8;
  const middle = (height + TOP - LANE) / 2;
  const placed: PlacedNode[] = writers.map((node, lane) => place(node, 'writer', TOP + lane * LANE));
  const lane = (name: string, otherwise: number): number => TOP + (laneOf.get(name) ?? otherwise) * LANE;

  const databases = shown.filter(({ kind }) => kind === 'database');
  let free = writers.length - 1;
  // Two nodes of one service write to one database, which stands between them.
  const laneOfStore = (name: string): number => (lane(name, (free += 1)) + lane(`${name}-2`, laneOf.get(name) ?? free)) / 2;
  for (const node of databases) placed.push(place(node, 'database', laneOfStore(nameOf(node))));
  const bottom = height - LANE - 4;
  for (const [index, node] of shown.filter(({ kind }) => kind === 'replica').entries()) placed.push(place(node, 'database', bottom - 8 + index * (SMALL + 6), SMALL));
  for (const node of shown.filter(({ kind }) => kind === 'valkey')) placed.push(place(node, 'cache', bottom));

  const client = shown.find(({ kind }) => kind === 'client');
  if (client) placed.push(place(client, 'client', middle, 46));
  for (const node of shown.filter(isHub)) {
    const column = nameOf(node) === 'relay' ? 'relay' : 'cdc';
    placed.push(place(node, column, TOP, tallest(writers.length)));
  }
  const topics = shown.filter(({ kind }) => kind === 'topic');
  const rows = topics.filter((node) => isRows(node.id) && !isDead(node));
  for (const [index, node] of rows.entries()) placed.push(place(node, 'rows', lane(sourceOf(node), index)));
  const events = inLanes(topics.filter((node) => !rows.includes(node) && !isDead(node)));
  const spread = ((rows.length > 0 ? 5 : events.length) * LANE) / Math.max(events.length, 1);
  for (const [index, node] of events.entries()) placed.push(place(node, 'events', TOP + index * spread));
  placed.push(boxed({ id: DEAD_LETTERS, kind: 'dead-letters', label: 'dead letters', title: 'dead letters', about: DEAD_LETTERS, process: null }, 'events', bottom));
  const consumers = inLanes(shown.filter((node) => edges.some(({ from, to, kind }) => kind === 'consume' && to === node.id && events.some(({ id }) => id === from)) && !isHub(node)));
  const gap = (5 * LANE) / Math.max(consumers.length, 1);
  for (const [index, node] of consumers.entries()) {
    placed.push(boxed({ id: readerOf(node.id), kind: 'consumer', label: nameOf(node), title: node.title, about: nameOf(node), process: node.process }, 'reader', TOP + index * gap));
  }
  return { nodes: placed, edges: drawn(edges, placed), width: WIDTH, height };
}

export function readerOf(id: string): string {
  return `${id}:reads`;
}

/** The name that logs, spans and databases call it by. */
export function nameOf({ id, process, kind }: Pick<Node, 'id' | 'process' | 'kind'>): string {
  return kind === 'service' ? (process ?? id) : id.replace(/^(service|database|db|replica|topic|client)[:/-](?=[a-z])/, '');
}

function isHub(node: Node): boolean {
  return node.kind === 'service' && ['cdc', 'connect', 'relay'].includes(nameOf(node));
}

function isRows(topic: string): boolean {
  return /(^|:)cdc\./.test(topic);
}

function isDead({ id, title }: Node): boolean {
  return [id, title].some((name) => /\.dlq$|dead-letters/.test(name));
}

/** `cdc.member.public.outbox` → `member` */
function sourceOf({ id }: Node): string {
  return /cdc\.([^.]+)\./.exec(id)?.[1] ?? id;
}

function inLanes(nodes: readonly Node[]): Node[] {
  // A topic belongs to the one that it begins with.
  const rank = (node: Node): number => (LANES.indexOf(node.kind === 'topic' ? (node.id.split('.')[0] ?? '') : nameOf(node)) + LANES.length + 1) % (LANES.length + 1);
  return nodes.toSorted((a, b) => rank(a) - rank(b));
}

function tallest(lanes: number): number {
  return Math.min(lanes, 5) * LANE - (LANE - NODE);
}

function place(node: Node, column: Column, y: number, height = NODE): PlacedNode {
  const name = nameOf(node);
  return boxed({ id: node.id, kind: node.kind, label: labelOf(node, name), title: node.title, about: name, process: node.process }, column, y, height);
}

function labelOf({ kind, title }: Node, name: string): string {
  return kind === 'client' || kind === 'valkey' ? title : name;
}

function boxed(node: Omit<PlacedNode, 'x' | 'y' | 'width' | 'height'>, column: Column, y: number, height = NODE): PlacedNode {
  return { ...node, ...COLUMNS[column], y, height };
}

function drawn(edges: Topology['edges'], placed: readonly PlacedNode[]): PlacedEdge[] {
  const at = new Map(placed.map((node) => [node.id, node]));
  const wanted: { from: string; to: string; kind: EdgeKind }[] = edges.map(({ from, to, kind }) => {
    const isReader = kind === 'consume' && at.has(readerOf(to));
    return { from, to: isReader ? readerOf(to) : to, kind };
  });
  for (const { id, kind } of placed) if (kind === 'topic' && at.get(id)?.x === COLUMNS.events.x) wanted.push({ from: id, to: DEAD_LETTERS, kind: 'dead' });
  for (const { id, kind } of placed) if (kind === 'replica' && at.has('board')) wanted.push({ from: 'board', to: id, kind: 'read' });
  const seen = new Set<string>();
  return wanted.flatMap(({ from, to, kind }) => {
    const [begin, end] = [at.get(from), at.get(to)];
    const id = `${from}→${to}`;
    if (!begin || !end || seen.has(id)) return [];
    seen.add(id);
    const curve = curveBetween(begin, end);
    return curve ? [{ id, from: begin, to: end, kind, curve }] : [];
  });
}

/** Only forwards, or down within a column: what would run back over the map is not drawn. */
function curveBetween(from: PlacedNode, to: PlacedNode): PlacedEdge['curve'] | null {
  if (from.x === to.x) {
    const x = from.x + from.width - 12;
    return to.y > from.y ? [x, from.y + from.height, x + 26, from.y + from.height + 18, x + 26, to.y - 18, x, to.y] : null;
  }
  if (from.x > to.x) return null;
  const [x1, x2] = [from.x + from.width, to.x];
  const y1 = meeting(from, to);
  const y2 = meeting(to, from);
  const handle = Math.max(20, (x2 - x1) * 0.5);
  return [x1, y1, x1 + handle, y1, x2 - handle, y2, x2, y2];
}

/** Where a node is met: in its middle, a tall one at the height of the other. */
function meeting(node: PlacedNode, other: PlacedNode): number {
  const middle = node.y + node.height / 2;
  if (node.height <= NODE + 12) return middle;
  return Math.min(Math.max(other.y + other.height / 2, node.y + 8), node.y + node.height - 8);
}
