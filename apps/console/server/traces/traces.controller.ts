import { Admin, NotFoundProblem, queryInteger } from '@madang/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { Timeline } from '../../feed/api';
import type { SpanItem } from '../../feed/feed';
import { TimelineService } from './timeline.service';
import { TraceStore } from './trace-store';

const TraceId = z.string().regex(/^[\da-fA-F]{32}$/).toLowerCase();
const SpanQuery = z.strictObject({ limit: queryInteger({ min: 1, max: 500 }).default(100) });

@ApiTags('traces')
@Admin()
@Controller('api')
export class TracesController {
  constructor(
    private readonly timelines: TimelineService,
    private readonly store: TraceStore,
  ) {}

  @Get('traces/:traceId')
  @ApiOperation({ summary: 'One event from its request to what could see it' })
  async timeline(@Param('traceId', { schema: TraceId }) traceId: string): Promise<Timeline> {
    const timeline = await this.timelines.timelineOf(traceId);
    if (!timeline) throw new NotFoundProblem('trace-not-found', { detail: 'Nothing of this trace is kept: it is too old, or never was.' });
    return timeline;
  }

  @Get('spans')
  @ApiOperation({ summary: 'The first spans of the latest traces, the newest first' })
  spans(@Query({ schema: SpanQuery }) { limit }: z.output<typeof SpanQuery>): { items: SpanItem[] } {
    return { items: this.store.roots(limit) };
  }
}
