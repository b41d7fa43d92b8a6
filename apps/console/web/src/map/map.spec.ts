import type { FeedItem } from '../../../feed/feed';
import type { Topology } from '../../../feed/api';
import { Hops } from './hops';
import { DEAD_LETTERS, layOut } from './layout';

const node = (id: string, kind: Topology['nodes'][number]['kind'], process: string | null = null): Topology['nodes'][number] => ({ id, kind, title: id, process, docs: null });
const TOPOLOGY: Topology = {
  nodes: [
    node('client', 'client'), node('member', 'service', 'member'), node('board', 'service', 'board'), node('cdc', 'service', 'cdc'), node('relay', 'service', 'relay'),
    node('database:member', 'database', 'postgres'), node('replica-1', 'replica', 'replica-1'),
    node('cdc.member.public.outbox', 'topic'), node('member.events.v1', 'topic'), node('member.events.v1.board.dlq', 'topic'),
  ],
  edges: [
    { from: 'client', to: 'member', kind: 'http' }, { from: 'member', to: 'database:member', kind: 'transaction' }, { from: 'database:member', to: 'cdc', kind: 'log' },
    { from: 'cdc', to: 'cdc.member.public.outbox', kind: 'produce' }, { from: 'cdc.member.public.outbox', to: 'relay', kind: 'consume' },
    { from: 'relay', to: 'member.events.v1', kind: 'produce' }, { from: 'member.events.v1', to: 'board', kind: 'consume' },
  ],
};
const map = layOut(TOPOLOGY);
const record = (more: object): FeedItem => ({ kind: 'record', role: 'row-added', topic: 'cdc.member.public.outbox', partition: 0, offset: '1', at: 1, seenAt: 1, key: 'k', eventId: 'e', type: 't', traceId: null, duplicate: false, ...more });
const pathOf = (hops: Hops, item: FeedItem) => hops.of(item)?.path.map(({ id }) => id);

it('lays every part out, none over another', () => {
  const boxes = map.nodes;
  for (const [index, a] of boxes.entries()) {
    for (const b of boxes.slice(index + 1)) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      expect([a.id, b.id, apart]).toEqual([a.id, b.id, true]);
    }
  }
  expect(boxes.some(({ id }) => id === 'board:reads')).toBe(true);
});

it('draws every edge of the topology forwards', () => {
  expect(map.edges.filter(({ kind }) => !['read', 'dead'].includes(kind)).length).toBe(TOPOLOGY.edges.length);
});

it('lets a row fly from its log, an event from the rows it came from, a delivery to who reads', () => {
  const hops = new Hops(map);
  expect(pathOf(hops, record({}))).toEqual(['database:member→cdc', 'cdc→cdc.member.public.outbox']);
  expect(pathOf(hops, record({ role: 'domain-event', topic: 'member.events.v1' }))).toEqual(['cdc.member.public.outbox→relay', 'relay→member.events.v1']);
  const span = { kind: 'span', traceId: 't', spanId: 's', parentSpanId: null, at: 0, durationMs: 1, error: false } as const;
  expect(pathOf(hops, { ...span, service: 'board', name: 'process', spanKind: 'consumer', attributes: { 'messaging.destination.name': 'member.events.v1' } })).toEqual(['member.events.v1→board:reads']);
  expect(pathOf(hops, { ...span, service: 'member', name: 'DELETE /members/me', spanKind: 'server', attributes: {} })).toEqual(['client→member', 'member→database:member']);
  expect(pathOf(hops, { ...span, service: 'member', name: 'GET /members/:id', spanKind: 'server', attributes: {} })).toEqual(['client→member']);
});

it('shows duplicates, dead letters and anomalies as what they are', () => {
  const hops = new Hops(map);
  expect(hops.of(record({ duplicate: true }))?.kind).toBe('duplicate');
  const dead = hops.of(record({ role: 'dead-letter', topic: 'member.events.v1.board.dlq' }));
  expect([dead?.kind, dead?.path.map(({ id }) => id)]).toEqual(['dead', [`member.events.v1→${DEAD_LETTERS}`]]);
  expect(hops.of({ kind: 'read', at: 1, service: 'board', target: 'replica-1', level: 'eventual', reason: 'random', waitedMs: 0, traceId: null, anomaly: true })?.kind).toBe('anomaly');
  expect(hops.of({ kind: 'missed', count: 1 })).toBeNull();
  expect(hops.of(record({ topic: 'cdc.elsewhere.public.outbox' }))).toBeNull();
});
