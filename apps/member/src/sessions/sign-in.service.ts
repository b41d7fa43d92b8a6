import { TooManyRequestsProblem, UnauthorizedProblem } from '@madang/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ActiveMembers } from '../members/active-members';
import { verifyPassword } from '../members/password-hash';
import { AccessTokenService } from '../tokens/access-token.service';
import { SignInBrake } from './sign-in-brake';
import type { Credentials, Session } from './session.contract';

const SELECT = 'SELECT id, password_hash AS "passwordHash" FROM member WHERE email = $1 AND withdrawn_at IS NULL';

@Injectable()
export class SignInService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly members: ActiveMembers,
    private readonly tokens: AccessTokenService,
    private readonly brake: SignInBrake,
  ) {}

  /** Answers unknown emails and wrong passwords alike, in time and in number. */
  async signIn({ email, password }: Credentials): Promise<Session> {
    const retryAfterSeconds = this.brake.count(email);
    if (retryAfterSeconds > 0) {
      const detail = 'Too many failed attempts for this email; see Retry-After.';
      throw new TooManyRequestsProblem('too-many-attempts', { detail, retryAfterSeconds });
    }
    const memberId = await this.ownerOf(email, password).catch((error: unknown) => {
      this.brake.takeBack(email);
      throw error;
    });
    if (memberId === undefined) {
      throw new UnauthorizedProblem('wrong-credentials', { detail: 'Email and password do not match.' });
    }
    this.brake.forget(email);
    return { accessToken: await this.tokens.issue(memberId), memberId };
  }

  private async ownerOf(email: string, password: string): Promise<string | undefined> {
    const [member]: { id: string; passwordHash: string }[] = await this.dataSource.query(SELECT, [email]);
    const matches = await verifyPassword(member?.passwordHash, password);
    if (!member || !matches) return undefined;
    // The hash takes its time, in which the member may have withdrawn.
    return (await this.members.isActive(member.id)) ? member.id : undefined;
  }
}
