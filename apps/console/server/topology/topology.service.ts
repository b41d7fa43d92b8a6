import { Inject, Injectable } from '@nestjs/common';
import type { Topology, TopicSummary } from '../../feed/api';
import { CONSOLE_CONFIG, type ConsoleConfig, publicUrls } from '../console.config';
import { ConsumerLag } from '../kafka/consumer-lag.service';
import { roleOf } from '../kafka/topic-role';
import { TopicWatch } from '../kafka/topic-watch.service';
import { type ProcessSummary, Runner } from '../processes/runner';
import { LagWatch } from '../replicas/lag-watch.service';

type Node = Topology['nodes'][number];
type Edge = Topology['edges'][number];

/** What is known of the platform at a moment; a part that does not answer is left as it last was. */
interface Findings {
  processes: readonly ProcessSummary[];
  topics: readonly TopicSummary[];
  subscriptions: ReadonlyMap<string, readonly string[]>;
  /** Databases that are read on a standby, by its name. */
  readOn: ReadonlyMap<string, readonly string[]>;
}

const READ_HERE = `SELECT DISTINCT datname AS database FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> 'console' AND datname <> 'postgres'`;

/** Draws the platform as it runs: its processes by the runner, topics and who reads them by Kafka, who reads where by PostgreSQL. */
@Injectable()
export class TopologyService {
  private last: Findings = { processes: [], topics: [], subscriptions: new Map(), readOn: new Map() };

  constructor(
    @Inject(CONSOLE_CONFIG) private readonly config: ConsoleConfig,
    private readonly runner: Runner,
    private readonly topics: TopicWatch,
    private readonly groups: ConsumerLag,
    private readonly replicas: LagWatch,
  ) {}

  async read(): Promise<Topology> {
    const [processes, topics, subscriptions, readOn] = await Promise.all([
      this.runner.summary().catch(() => this.last.processes),
      this.topics.topics().catch(() => this.last.topics),
      this.groups.subscriptions().catch(() => this.last.subscriptions),
      this.databasesReadOn(),
    ]);
    this.last = { processes, topics: topics.filter(({ role }) => role !== 'internal'), subscriptions, readOn };
    return draw(this.last, publicUrls(this.config), this.replicas.names);
  }

  private async databasesReadOn(): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = await Promise.all(
      this.replicas.names.map(async (name) => [name, await this.replicas.queryOn<{ database: string }>(name, READ_HERE).then((rows) => rows.map(({ database }) => database), () => this.last.readOn.get(name) ?? [])] as const),
    );
    return new Map(found);
  }
}

/** @param urls of the services, by the names of their processes */
export function draw({ processes, topics, subscriptions, readOn }: Findings, urls: ReadonlyMap<string, string>, replicas: readonly string[]): Topology {
  const services = processes.filter(({ name, kind }) => kind === 'service' && urls.has(name));
  const logReader = processes.find(({ name }) => name === 'connect')?.name ?? 'cdc';
  const databases = processes.flatMap(({ name }) => (name.startsWith('migrate:') ? [name.slice('migrate:'.length)] : []));
  const nodes: Node[] = [
    { id: 'client', kind: 'client', title: 'client', process: null, docs: null },
    ...services.map(({ name }) => ({ id: name, kind: 'service' as const, title: name, process: name, docs: `${urls.get(name)}/docs` })),
    ...(logReader === 'connect' ? [{ id: 'connect', kind: 'service' as const, title: 'Debezium', process: 'connect', docs: null }] : []),
    ...databases.map((name) => ({ id: `db:${name}`, kind: 'database' as const, title: name, process: 'postgres', docs: null })),
    ...replicas.map((name) => ({ id: name, kind: 'replica' as const, title: name, process: name, docs: null })),
    ...topics.map(({ name }) => ({ id: name, kind: 'topic' as const, title: name, process: 'kafka', docs: null })),
    ...processes.flatMap(({ name }) => (name === 'valkey' ? [{ id: name, kind: 'valkey' as const, title: 'Valkey', process: name, docs: null }] : [])),
    ...processes.flatMap(({ name }) => (name === 'kafka' ? [{ id: name, kind: 'kafka' as const, title: 'Kafka', process: name, docs: null }] : [])),
  ];
  const outboxes = topics.flatMap(({ name, role }) => (role === 'row-added' ? [{ topic: name, database: /^cdc\.([^.]+)\./.exec(name)?.[1] ?? '' }] : []));
  const edges: Edge[] = [
    ...services.filter(({ name }) => name !== 'relay' && name !== 'cdc').map(({ name }) => ({ from: 'client', to: name, kind: name.startsWith('chat') ? ('socket' as const) : ('http' as const) })),
    // Who waits for a database's migration writes to it; the log's reader waits for all of them.
    ...services.filter(({ name }) => name !== 'cdc').flatMap(({ name, dependsOn }) => databases.filter((database) => dependsOn.includes(`migrate:${database}`)).map((database) => ({ from: name, to: `db:${database}`, kind: 'transaction' as const }))),
    ...services.filter(({ dependsOn }) => dependsOn.includes('valkey')).map(({ name }) => ({ from: name, to: 'valkey', kind: 'socket' as const })),
    ...outboxes.map(({ database }) => ({ from: `db:${database}`, to: logReader, kind: 'log' as const })),
    ...outboxes.map(({ topic }) => ({ from: logReader, to: topic, kind: 'produce' as const })),
    ...topics.filter(({ role }) => role === 'domain-event' || role === 'command').map(({ name }) => ({ from: 'relay', to: name, kind: 'produce' as const })),
    // A group is named after its service; of a service with two nodes both are in it.
    ...[...subscriptions].flatMap(([group, of]) =>
      services.filter(({ name }) => name === group || name.replace(/-\d+$/, '') === group).flatMap(({ name }) => of.filter((topic) => roleOf(topic) !== undefined).map((topic) => ({ from: topic, to: name, kind: 'consume' as const }))),
    ),
    ...[...readOn].flatMap(([replica, of]) => of.map((database) => ({ from: `db:${database}`, to: replica, kind: 'replication' as const }))),
  ];
  const known = new Set(nodes.map(({ id }) => id));
  return { nodes, edges: edges.filter(({ from, to }) => known.has(from) && known.has(to)) };
}
