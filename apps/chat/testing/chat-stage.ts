import type { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { Issuer, migrate, type Node, startNode, Talker } from './chat-fixture';

/** Two nodes over real parts, before the first test of the calling file and until after its last. */
export interface ChatStage {
  readonly infra: Infra;
  readonly issuer: Issuer;
  readonly database: DataSource;
  readonly nodes: readonly [Node, Node];
  /** A new member, whose sockets are closed after the test. */
  talker(): Promise<Talker>;
}

export function setChatStage(settings: Readonly<Record<string, string>> & { readonly events?: 'off' } = {}): ChatStage {
  let stage: Omit<ChatStage, 'talker'> | undefined;
  const talkers: Talker[] = [];
  const started = (): Omit<ChatStage, 'talker'> => {
    if (!stage) throw new Error('The stage is not set');
    return stage;
  };

  beforeAll(async () => {
    const infra = await startInfra({ valkey: true, kafka: true, postgres: { databases: ['chat'] } });
    const issuer = await Issuer.start();
    const database = await migrate(infra);
    stage = { infra, issuer, database, nodes: [await startNode(infra, issuer, settings), await startNode(infra, issuer, settings)] };
  }, 120_000);

  afterEach(() => {
    for (const each of talkers.splice(0)) each.close();
  });

  afterAll(async () => {
    await Promise.all((stage?.nodes ?? []).map(({ app }) => app.close()));
    await stage?.database.destroy();
    stage?.issuer.stop();
    await stage?.infra.stop();
  }, 120_000);

  return {
    get infra() {
      return started().infra;
    },
    get issuer() {
      return started().issuer;
    },
    get database() {
      return started().database;
    },
    get nodes() {
      return started().nodes;
    },
    async talker() {
      const one = await Talker.of(started().issuer);
      talkers.push(one);
      return one;
    },
  };
}
