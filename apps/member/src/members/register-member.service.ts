import { memberRegistered } from '@madang/events';
import type { UuidV7Format } from '@madang/ids';
import { InjectIdFormat } from '@madang/ids/nest';
import { Outbox } from '@madang/outbox';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { NewMember, VisibleMember } from './member.contract';
import { hashPassword } from './password-hash';

const INSERT = `
  INSERT INTO member (id, email, nickname, password_hash, version, created_at)
  VALUES ($1, $2, $3, $4, 1, now())
  ON CONFLICT (email) DO NOTHING
  RETURNING id, nickname, created_at AS "createdAt"`;

@Injectable()
export class RegisterMemberService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    @InjectIdFormat('member') private readonly ids: UuidV7Format,
  ) {}

  /** Undefined if a member has the email already. */
  async register({ email, nickname, password }: NewMember): Promise<VisibleMember | undefined> {
    // Before the transaction: a slow hash would hold a connection.
    const passwordHash = await hashPassword(password);
    const id = this.ids.generate();
    return this.dataSource.transaction(async (manager) => {
      const [member]: VisibleMember[] = await manager.query(INSERT, [id, email, nickname, passwordHash]);
      if (!member) return undefined;
      await this.outbox.publish(
        manager,
        memberRegistered.occurred({ aggregateId: id, aggregateVersion: 1, payload: { memberId: id } }),
      );
      return member;
    });
  }
}
