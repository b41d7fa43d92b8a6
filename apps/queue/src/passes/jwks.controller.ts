import { Public, Returns } from '@madang/service-kit';
import { PassIssuer } from '@madang/waiting-room';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

const Jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) }).meta({ id: 'Jwks' });

@ApiTags('passes')
@Public()
@Controller('.well-known')
export class JwksController {
  constructor(private readonly passes: PassIssuer) {}

  @Get('jwks.json')
  @ApiOperation({ summary: 'Public keys that verify passes and heads of logs (RFC 7517)' })
  @Returns(200, Jwks)
  @Header('cache-control', 'public, max-age=300')
  jwks(): PassIssuer['publicKeys'] {
    return this.passes.publicKeys;
  }
}
