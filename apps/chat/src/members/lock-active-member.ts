import { UnauthorizedProblem } from '@madang/service-kit';
import type { EntityManager } from 'typeorm';

/**
 * Makes sure that the member has not withdrawn, and holds a withdrawal back until this transaction ends.
 *
 * @throws {UnauthorizedProblem} if the member has withdrawn
 */
export async function lockActiveMember(manager: EntityManager, memberId: string): Promise<void> {
  await manager.query('INSERT INTO member (id) VALUES ($1) ON CONFLICT DO NOTHING', [memberId]);
  const [member]: { active: boolean }[] = await manager.query('SELECT withdrawn_at IS NULL AS active FROM member WHERE id = $1 FOR SHARE', [memberId]);
  if (!member?.active) throw memberWithdrawn();
}

export function memberWithdrawn(): UnauthorizedProblem {
  return new UnauthorizedProblem('member-withdrawn', { detail: 'This member has withdrawn.' });
}
