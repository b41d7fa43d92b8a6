import { type DynamicModule, Module, type Type } from '@nestjs/common';
import type { JWTVerifyGetKey } from 'jose';
import type { MemberStatus as MemberStatusContract } from './member-status';
import { MemberStatus } from './member-status';
import { remoteKeys } from './remote-keys';
import { TokenPolicy, TokenVerifier } from './token-verifier';

/** Whose tokens a service accepts. */
export interface AuthOptions {
  /** The issuer's keys: a URL of a JWKS, or jose's own (`createLocalJWKSet`). */
  readonly keys: string | JWTVerifyGetKey;
  readonly issuer: string;
  readonly audience: string;
  /** Turns away members who withdrew; `imports` are the modules that `useClass` needs. */
  readonly memberStatus?: { readonly imports?: DynamicModule['imports']; readonly useClass: Type<MemberStatusContract> };
}

/**
 * Makes member tokens verifiable. The guard itself is global and always there: a service without this module answers
 * 401 on every route that is not `@Public()`.
 */
@Module({})
export class AuthModule {
  static forRoot({ keys, issuer, audience, memberStatus }: AuthOptions): DynamicModule {
    const policy: TokenPolicy = { keys: typeof keys === 'string' ? remoteKeys(keys) : keys, issuer, audience };
    return {
      module: AuthModule,
      global: true,
      imports: memberStatus?.imports ?? [],
      providers: [
        TokenVerifier,
        { provide: TokenPolicy, useValue: policy },
        ...(memberStatus === undefined ? [] : [{ provide: MemberStatus, useClass: memberStatus.useClass }]),
      ],
      exports: [TokenVerifier],
    };
  }
}
