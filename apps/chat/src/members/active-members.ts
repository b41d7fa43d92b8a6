import { MemberStatus } from '@madang/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

const WITHDRAWN = 'SELECT id FROM member WHERE id = ANY($1::uuid[]) AND withdrawn_at IS NOT NULL';

/**
 * Whose tokens still count: those of members whose withdrawal has not reached the chat. It locks nothing, so whatever is
 * written is checked again in its transaction.
 */
@Injectable()
export class ActiveMembers extends MemberStatus {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async isActive(memberId: string): Promise<boolean> {
    return (await this.withdrawnOf([memberId])).length === 0;
  }

  async withdrawnOf(memberIds: readonly string[]): Promise<readonly string[]> {
    const rows: { id: string }[] = await this.dataSource.query(WITHDRAWN, [memberIds]);
    return rows.map(({ id }) => id);
  }
}
