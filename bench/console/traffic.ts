import type { FeedItem } from '../../apps/console/feed/feed.ts';
import type { Topology } from '../../apps/console/feed/api.ts';

type Service = 'member' | 'board' | 'chat' | 'moderator';

const FLOWS: readonly { readonly from: Service; readonly type: string; readonly topic: string; readonly to: string }[] = [
  { from: 'member', type: 'member.withdrawn', topic: 'member.events.v1', to: 'board' },
  { from: 'board', type: 'post.published', topic: 'board.events.v1', to: 'board' },
  { from: 'chat', type: 'chat.message-posted', topic: 'chat.events.v1', to: 'moderator' },
  { from: 'moderator', type: 'chat.post-system-message', topic: 'chat.commands.v1', to: 'chat' },
];
const REPLICAS = ['replica-1', 'replica-2'];

/** The map of the platform, as the console's server tells it. */
export const TOPOLOGY: Topology = topology();

/** Made up, in the shape and the mixture of real traffic: so much of it a second as no laptop's platform makes for an hour. */
export class Traffic {
  #count = 0;

  /** @returns `messages` messages: a row, an event, a request, a delivery or a read */
  next(messages: number): FeedItem[] {
    return Array.from({ length: messages }, () => this.#message());
  }

  /** What comes beside the messages, once a second. */
  beside(): FeedItem[] {
    const at = Date.now();
    const wave = 400 + 380 * Math.sin(at / 5_000);
    return [
      ...REPLICAS.map((node, index): FeedItem => ({ kind: 'lag', at, node, bytes: index * 4_096, ms: index === 0 ? 8 : wave, paused: false, delayMs: 0 })),
      ...FLOWS.map(({ topic, to }): FeedItem => ({ kind: 'consumer-lag', at, group: to, topic, messages: this.#count % 7, seconds: null })),
      ...TOPOLOGY.nodes.flatMap(({ process }): FeedItem[] => (process === null ? [] : [{ kind: 'process', at, name: process, state: 'running', pid: 4_711, restarts: 0, memoryBytes: 90e6, cpu: 3, page: null }])),
      { kind: 'room', at, room: 'event-product', waiting: 42, admitted: this.#count, limit: 10, intervalMs: 5_000, mode: 'open' },
    ];
  }

  #message(): FeedItem {
    this.#count += 1;
    const turn = Math.floor(this.#count / 5);
    const flow = FLOWS[turn % FLOWS.length] ?? FLOWS[0];
    if (!flow) throw new Error('There is a flow');
    const { from, type, topic, to } = flow;
    const at = Date.now();
    const traceId = turn.toString(16).padStart(32, '0');
    const ids = { key: `aggregate-${turn % 50}`, eventId: `event-${turn}`, traceId, type };
    const span = { kind: 'span', traceId, spanId: this.#count.toString(16).padStart(16, '0'), parentSpanId: null, at, durationMs: 4, error: false } as const;
    const offset = String(this.#count);
    switch (this.#count % 5) {
      case 0:
        return { ...span, service: from, name: 'POST /things', spanKind: 'server', attributes: {} };
      case 1:
        return { kind: 'record', role: 'row-added', topic: `cdc.${from}.public.outbox`, partition: turn % 3, offset, at, seenAt: at, duplicate: false, ...ids };
      case 2:
        return { kind: 'record', role: topic.includes('commands') ? 'command' : 'domain-event', topic, partition: turn % 3, offset, at, seenAt: at, duplicate: turn % 40 === 0, ...ids };
      case 3:
        return { ...span, service: to, name: `process ${topic}`, spanKind: 'consumer', attributes: { 'messaging.destination.name': topic } };
      default:
        return { kind: 'read', at, service: 'board', target: REPLICAS[turn % 2] ?? 'primary', level: 'monotonic', reason: turn % 9 === 0 ? 'another' : 'pinned', waitedMs: 0, traceId, anomaly: false };
    }
  }
}

function topology(): Topology {
  const services = ['member', 'board', 'chat', 'chat-2', 'moderator', 'queue', 'id', 'cdc', 'relay'];
  const databases = ['member', 'board', 'chat', 'moderator', 'queue'];
  const node = (id: string, kind: Topology['nodes'][number]['kind'], process: string | null = null, title = id): Topology['nodes'][number] => ({ id, kind, title, process, docs: null });
  return {
    nodes: [
      node('client', 'client', null, 'you'),
      ...services.map((name) => node(name, 'service', name)),
      ...databases.map((name) => node(`database:${name}`, 'database', 'postgres', name)),
      ...REPLICAS.map((name) => node(name, 'replica', name)),
      node('valkey', 'valkey', 'valkey'),
      node('kafka', 'kafka', 'kafka'),
      ...FLOWS.flatMap(({ from, topic }) => [node(`cdc.${from}.public.outbox`, 'topic'), node(topic, 'topic')]),
    ],
    edges: [
      ...['member', 'board', 'queue', 'id'].map((to) => ({ from: 'client', to, kind: 'http' as const })),
      ...['chat', 'chat-2'].map((to) => ({ from: 'client', to, kind: 'socket' as const })),
      ...databases.map((name) => ({ from: name, to: `database:${name}`, kind: 'transaction' as const })),
      { from: 'chat-2', to: 'database:chat', kind: 'transaction' },
      ...REPLICAS.map((to) => ({ from: 'database:board', to, kind: 'replication' as const })),
      ...FLOWS.flatMap(({ from, topic, to }) => [
        { from: `database:${from}`, to: 'cdc', kind: 'log' as const },
        { from: 'cdc', to: `cdc.${from}.public.outbox`, kind: 'produce' as const },
        { from: `cdc.${from}.public.outbox`, to: 'relay', kind: 'consume' as const },
        { from: 'relay', to: topic, kind: 'produce' as const },
        { from: topic, to, kind: 'consume' as const },
      ]),
    ],
  };
}
