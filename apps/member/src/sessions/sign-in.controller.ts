import { Public, Returns, UnauthorizedProblem, uuid, Fails } from '@madang/service-kit';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Email, Password } from '../members/member.contract';
import { verifyPassword } from '../members/password-hash';
import { AccessTokenService } from '../tokens/access-token.service';

const Credentials = z.strictObject({ email: Email, password: Password }).meta({ id: 'Credentials' });
type Credentials = z.output<typeof Credentials>;

const Session = z
  .object({ accessToken: z.string().meta({ description: 'JWT (EdDSA), good for one hour' }), memberId: uuid() })
  .meta({ id: 'Session' });
type Session = z.output<typeof Session>;

const SELECT = 'SELECT id, password_hash AS "passwordHash" FROM member WHERE email = $1 AND withdrawn_at IS NULL';

@ApiTags('sessions')
@Public()
@Controller('sessions')
export class SignInController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly tokens: AccessTokenService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Sign in', description: 'Paste the access token into "Authorize", here and at the board.' })
  @Returns(201, Session)
  @Fails(401, 'Email and password do not match')
  async signIn(@Body({ schema: Credentials }) { email, password }: Credentials): Promise<Session> {
    const [member]: { id: string; passwordHash: string }[] = await this.dataSource.query(SELECT, [email]);
    const matches = await verifyPassword(member?.passwordHash, password);
    if (!member || !matches) {
      throw new UnauthorizedProblem('wrong-credentials', { detail: 'Email and password do not match.' });
    }
    return { accessToken: await this.tokens.issue(member.id), memberId: member.id };
  }
}
