import { Fails, Public, Returns } from '@madang/service-kit';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Credentials, Session } from './session.contract';
import { SignInService } from './sign-in.service';

@ApiTags('sessions')
@Public()
@Controller('sessions')
export class SignInController {
  constructor(private readonly service: SignInService) {}

  @Post()
  @ApiOperation({ summary: 'Sign in', description: 'Paste the access token into "Authorize", here and at the board.' })
  @Returns(201, Session)
  @Fails(401, 'Email and password do not match')
  @Fails(429, 'Ten attempts for this email have failed within a minute; see Retry-After')
  async signIn(@Body({ schema: Credentials }) credentials: Credentials): Promise<Session> {
    return this.service.signIn(credentials);
  }
}
