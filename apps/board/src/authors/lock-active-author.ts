import type { EntityManager } from 'typeorm';

/**
 * Makes sure that the author has not withdrawn, and holds a withdrawal back until this transaction ends. Without the lock
 * a post could be checked before, and committed after, a withdrawal that has not seen it: it would stay visible for ever.
 *
 * @returns false if the author has withdrawn
 */
export async function lockActiveAuthor(manager: EntityManager, authorId: string): Promise<boolean> {
  await manager.query('INSERT INTO author (id) VALUES ($1) ON CONFLICT DO NOTHING', [authorId]);
  const rows: { active: boolean }[] = await manager.query(
    'SELECT withdrawn_at IS NULL AS active FROM author WHERE id = $1 FOR SHARE',
    [authorId],
  );
  return rows[0]?.active ?? false;
}
