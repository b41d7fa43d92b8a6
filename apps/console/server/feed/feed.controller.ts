import { Admin } from '@madang/service-kit';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONSOLE_CONFIG, type ConsoleConfig } from '../console.config';
import { pageBuild } from '../page/page';
import { FeedHub } from './feed-hub';

@ApiTags('feed')
@Admin()
@Controller('api/feed')
export class FeedController {
  constructor(
    private readonly hub: FeedHub,
    @Inject(CONSOLE_CONFIG) private readonly config: ConsoleConfig,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Everything that happens, as server-sent events: an event "batch" holds a JSON array (apps/console/feed/feed.ts)' })
  @ApiProduces('text/event-stream')
  @ApiResponse({ status: 200, description: 'Events', schema: { type: 'string' } })
  async listen(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const build = await pageBuild(this.config.CONSOLE_PAGE_DIRECTORY);
    void reply.headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no', ...(build === undefined ? {} : { 'x-page-build': build }) });
    if (request.method === 'HEAD') return void reply.send(''); // nobody would read the events, nor end them
    const stream = this.hub.open();
    reply.raw.once('close', () => stream.readable.destroy());
    void reply.send(stream.readable);
  }
}
