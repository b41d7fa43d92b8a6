import { Admin } from '@madang/service-kit';
import { All, Controller, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONSOLE_CONFIG, type ConsoleConfig, publicUrls } from '../console.config';
import { ServiceProxy } from './service-proxy';

const PREFIX = '/api/services/';

@ApiTags('services')
@Admin()
@Controller('api/services')
export class ServicesController {
  private readonly proxy: ServiceProxy;

  constructor(@Inject(CONSOLE_CONFIG) config: ConsoleConfig) {
    this.proxy = new ServiceProxy(config.LAB_SERVICE_URLS, config.ADMIN_TOKEN, publicUrls(config));
  }

  @All(':service/*')
  @ApiExcludeEndpoint()
  async pass(@Param('service') service: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.proxy.pass({ service, path: request.url.slice(PREFIX.length + service.length) }, request, reply);
  }
}
