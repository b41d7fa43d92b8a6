import { MemberStatus } from '@madang/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

const SELECT = 'SELECT FROM member WHERE id = $1 AND withdrawn_at IS NULL';

/** Tells the guard, and the sign-in, whose tokens still count. */
@Injectable()
export class ActiveMembers extends MemberStatus {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async isActive(memberId: string): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query(SELECT, [memberId]);
    return rows.length > 0;
  }
}
