import type { Decision } from '@madang/replicas';
import type { Infra } from '../../infra/test-infra.ts';
import { Post } from './database.ts';
import { type RoutedSource, routed, SESSIONS } from './readers.ts';

type Level = 'eventual' | 'session';
type Write = 'a transaction' | 'a statement';

export interface AfterWrite {
  readonly level: Level;
  readonly write: Write;
  /** Decisions of the reads. */
  readonly decisions: readonly Decision[];
  /** Of each read as a whole, in milliseconds. */
  readonly took: readonly number[];
  /** Reads that do not show the write before them. */
  readonly misses: number;
}

/** Writes, and reads it back at once. Each writer has a post of its own, and a session for each write, out of many. */
export async function afterWrite(infra: Infra, { level, write, pairs, writers }: { level: Level; write: Write; pairs: number; writers: number }): Promise<AfterWrite> {
  const source = await routed(infra);
  const result = { level, write, decisions: [] as Decision[], took: [] as number[], misses: 0 };
  const one = async (writer: number): Promise<void> => {
    for (let i = 0; i < pairs / writers; i++) {
      await source.router.withConsistency(`session-${(i * writers + writer) % SESSIONS}`, { level }, async ({ decisions }) => {
        const version = await raise(source, write, writer);
        const start = performance.now();
        const post = await source.dataSource.getRepository(Post).findOneByOrFail({ id: writer });
        result.took.push(performance.now() - start);
        result.decisions.push(...decisions);
        if (post.version < version) result.misses++;
      });
    }
  };
  try {
    await Promise.all(Array.from({ length: writers }, (_, writer) => one(writer)));
  } finally {
    await source.close();
  }
  return result;
}

const RAISE = 'UPDATE post SET version = version + 1 WHERE id = $1 RETURNING version';

async function raise({ dataSource }: RoutedSource, write: Write, id: number): Promise<number> {
  const rows = write === 'a statement' ? await dataSource.query<[Pick<Post, 'version'>[], number]>(RAISE, [id]) : await dataSource.transaction((manager) => manager.query<[Pick<Post, 'version'>[], number]>(RAISE, [id]));
  return rows[0][0]?.version ?? Number.NaN;
}
