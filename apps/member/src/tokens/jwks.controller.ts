import { Public, Returns } from '@madang/service-kit';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AccessTokenService } from './access-token.service';

const Jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) }).meta({ id: 'Jwks' });

@ApiTags('sessions')
@Public()
@Controller('.well-known')
export class JwksController {
  constructor(private readonly tokens: AccessTokenService) {}

  @Get('jwks.json')
  @ApiOperation({ summary: 'Public keys that verify access tokens (RFC 7517)' })
  @Returns(200, Jwks)
  @Header('cache-control', 'public, max-age=300')
  jwks(): AccessTokenService['jwks'] {
    return this.tokens.jwks;
  }
}
