import { MemberStatus } from '@madang/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

const SELECT = 'SELECT FROM author WHERE id = $1 AND withdrawn_at IS NOT NULL';

/**
 * Tells the guard whose tokens still count: those of members whose withdrawal has not reached the board. It locks nothing,
 * so a new post is checked again in its transaction.
 */
@Injectable()
export class ActiveAuthors extends MemberStatus {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async isActive(memberId: string): Promise<boolean> {
    const withdrawn: unknown[] = await this.dataSource.query(SELECT, [memberId]);
    return withdrawn.length === 0;
  }
}
