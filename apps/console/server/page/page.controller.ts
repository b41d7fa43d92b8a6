import { NotFoundProblem, Public } from '@madang/service-kit';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CONSOLE_CONFIG, type ConsoleConfig, publicUrls } from '../console.config';
import { NOT_BUILT, pageFile, pagePolicy } from './page';

/** The page itself holds no secret: it asks for the token, which comes behind the `#` of its address and is never sent to any server but in a header. */
@ApiExcludeController()
@Public()
@Controller()
export class PageController {
  private readonly directory: string;
  private readonly policy: string;

  constructor(@Inject(CONSOLE_CONFIG) config: ConsoleConfig) {
    const services = publicUrls(config);
    this.directory = config.CONSOLE_PAGE_DIRECTORY;
    this.policy = pagePolicy([services.get('chat'), services.get('chat-2')].filter((url) => url !== undefined));
  }

  @Get()
  async index(@Res() reply: FastifyReply): Promise<void> {
    const page = await pageFile(this.directory, 'index.html');
    void reply.headers({ 'content-security-policy': this.policy, 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' });
    await reply.send(page?.body ?? NOT_BUILT);
  }

  @Get('assets/*')
  asset(@Param('*') path: string, @Res() reply: FastifyReply): Promise<void> {
    return this.send(`assets/${path}`, reply);
  }

  private async send(path: string, reply: FastifyReply): Promise<void> {
    const file = await pageFile(this.directory, path);
    if (!file) throw new NotFoundProblem('route-not-found', { detail: 'There is nothing at this path. See /docs.' });
    void reply.headers({ 'content-security-policy': this.policy, 'content-type': file.type, 'cache-control': file.isForever ? 'public, max-age=31536000, immutable' : 'no-cache' });
    await reply.send(file.body);
  }
}
