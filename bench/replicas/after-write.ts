import type { Decision, ReadLevel } from '@madang/replicas';
import type { Infra } from '../../infra/test-infra.ts';
import { Post } from './database.ts';
import { type RoutedReader, routedReader } from './readers.ts';

type Write = 'a transaction' | 'a statement';

export interface AfterWrite {
  readonly level: ReadLevel;
  readonly write: Write;
  /** Decisions of the reads. */
  readonly decisions: readonly Decision[];
  /** Of each read as a whole, in milliseconds. */
  readonly took: readonly number[];
  /** Reads that do not show the write before them. */
  readonly misses: number;
}

/** Writes, and reads it back at once. Each writer has a session and a post of its own. */
export async function afterWrite(infra: Infra, { level, write, pairs, writers }: { level: ReadLevel; write: Write; pairs: number; writers: number }): Promise<AfterWrite> {
  const reader = await routedReader(infra);
  const result = { level, write, decisions: [] as Decision[], took: [] as number[], misses: 0 };
  const one = async (writer: number): Promise<void> => {
    for (let i = 0; i < pairs / writers; i++) {
      await reader.router.withConsistency(`writer-${writer}`, { level }, async ({ decisions }) => {
        const version = await raise(reader, write, writer);
        const start = performance.now();
        const post = await reader.dataSource.getRepository(Post).findOneByOrFail({ id: writer });
        result.took.push(performance.now() - start);
        result.decisions.push(...decisions);
        if (post.version < version) result.misses++;
      });
    }
  };
  try {
    await Promise.all(Array.from({ length: writers }, (_, writer) => one(writer)));
  } finally {
    await reader.close();
  }
  return result;
}

const RAISE = 'UPDATE post SET version = version + 1 WHERE id = $1 RETURNING version';

async function raise({ dataSource }: RoutedReader, write: Write, id: number): Promise<number> {
  const rows = write === 'a statement' ? await dataSource.query<[Pick<Post, 'version'>[], number]>(RAISE, [id]) : await dataSource.transaction((manager) => manager.query<[Pick<Post, 'version'>[], number]>(RAISE, [id]));
  return rows[0][0]?.version ?? Number.NaN;
}
