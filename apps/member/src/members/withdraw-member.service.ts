import { memberWithdrawn } from '@madang/events';
import { Outbox } from '@madang/outbox';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

// The row lock makes two withdrawals at once take turns; the second finds no active member.
const ERASE = `
  UPDATE member
  SET email = NULL, nickname = NULL, password_hash = NULL, withdrawn_at = now(), version = version + 1
  WHERE id = $1 AND withdrawn_at IS NULL
  RETURNING version`;

@Injectable()
export class WithdrawMemberService {
  constructor(
    protected readonly dataSource: DataSource,
    private readonly outbox: Outbox,
  ) {}

  /** Erases the member's personal data and says so to the others, in one commit. False if there is no active member. */
  async withdraw(memberId: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const version = await this.erase(manager, memberId);
      if (version === undefined) return false;
      await this.outbox.publish(manager, memberWithdrawn.occurred({ aggregateId: memberId, aggregateVersion: version, payload: { memberId } }));
      return true;
    });
  }

  /** @returns the version of the event that has to be told; undefined if there is no active member */
  protected async erase(manager: EntityManager, memberId: string): Promise<number | undefined> {
    const [rows]: [{ version: number }[], number] = await manager.query(ERASE, [memberId]);
    return rows[0]?.version;
  }
}
