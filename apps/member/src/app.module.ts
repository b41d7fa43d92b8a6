import { IdsModule } from '@madang/ids/nest';
import { OutboxModule } from '@madang/outbox';
import { AuthModule, healthCheck, rowIds } from '@madang/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { createLocalJWKSet } from 'jose';
import { DataSource } from 'typeorm';
import { memberDatabase } from './data-source';
import { memberLab } from './lab/member-lab';
import type { MemberConfig } from './member.config';
import { ActiveMembers } from './members/active-members';
import { GetMemberController } from './members/get-member.controller';
import { RegisterMemberController } from './members/register-member.controller';
import { RegisterMemberService } from './members/register-member.service';
import { WithdrawMemberController } from './members/withdraw-member.controller';
import { WithdrawMemberService } from './members/withdraw-member.service';
import { SignInBrake } from './sessions/sign-in-brake';
import { SignInController } from './sessions/sign-in.controller';
import { SignInService } from './sessions/sign-in.service';
import { AccessTokenService } from './tokens/access-token.service';
import { JwksController } from './tokens/jwks.controller';

@Module({})
export class AppModule {
  static forRoot(config: MemberConfig): DynamicModule {
    const tokens = new AccessTokenService({
      privateKey: config.MEMBER_JWT_PRIVATE_KEY,
      issuer: config.AUTH_ISSUER,
      audience: config.AUTH_AUDIENCE,
    });
    const lab = memberLab(config);
    return {
      module: AppModule,
      imports: [
        ...(lab?.imports ?? []),
        TypeOrmModule.forRoot(memberDatabase(config.MEMBER_DATABASE_URL)),
        IdsModule.forRoot({ formats: { member: rowIds() } }),
        OutboxModule.forRoot({ consumer: 'member' }),
        AuthModule.forRoot({
          keys: createLocalJWKSet(tokens.jwks),
          issuer: config.AUTH_ISSUER,
          audience: config.AUTH_AUDIENCE,
          memberStatus: { useClass: ActiveMembers },
        }),
      ],
      controllers: [RegisterMemberController, SignInController, GetMemberController, WithdrawMemberController, JwksController],
      providers: [
        RegisterMemberService,
        WithdrawMemberService,
        ActiveMembers,
        SignInService,
        SignInBrake,
        { provide: AccessTokenService, useValue: tokens },
        healthCheck('postgres', [DataSource], (database) => database.query('SELECT 1')),
        ...(lab?.providers ?? []),
      ],
    };
  }
}
