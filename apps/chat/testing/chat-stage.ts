import type { DataSource } from 'typeorm';
import { Issuer, migrate, type Node, type Parts, startNode, Talker } from './chat-fixture';

interface Stoppable extends Parts {
  stop(): Promise<void>;
}

/** Two nodes over real parts, before the first test of the calling file and until after its last. */
export interface ChatStage<I> {
  readonly infra: I;
  readonly issuer: Issuer;
  readonly database: DataSource;
  readonly nodes: readonly [Node, Node];
  /** A new member, whose sockets are closed after the test. */
  talker(): Promise<Talker>;
}

/** @param startParts `() => startInfra({ valkey: true, kafka: true, postgres: { databases: ['chat'] } })` */
export function setChatStage<I extends Stoppable>(startParts: () => Promise<I>, settings: Readonly<Record<string, string>> & { readonly events?: 'off' } = {}): ChatStage<I> {
  let stage: Omit<ChatStage<I>, 'talker'> | undefined;
  const talkers: Talker[] = [];
  const started = (): Omit<ChatStage<I>, 'talker'> => {
    if (!stage) throw new Error('The stage is not set');
    return stage;
  };

  beforeAll(async () => {
    const infra = await startParts();
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
