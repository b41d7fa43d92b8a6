import { Admin, UnavailableProblem } from '@madang/service-kit';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { queryInteger } from '@madang/service-kit';
import { z } from 'zod';
import type { StoredRecord, TopicSummary } from '../../feed/api';
import { RecordStore } from './record-store';
import { TopicWatch } from './topic-watch.service';

const RecordQuery = z.strictObject({
  topic: z.string().max(249).optional(),
  filter: z.string().max(200).optional().meta({ description: 'A text that key, id, type, trace id or value contain' }),
  limit: queryInteger({ min: 1, max: 500 }).default(100),
});

@ApiTags('kafka')
@Admin()
@Controller('api')
export class TopicsController {
  constructor(
    private readonly watch: TopicWatch,
    private readonly store: RecordStore,
  ) {}

  @Get('topics')
  @ApiOperation({ summary: 'Topics of the broker' })
  async topics(): Promise<{ items: TopicSummary[] }> {
    try {
      return { items: await this.watch.topics() };
    } catch (cause) {
      throw new UnavailableProblem('kafka-unavailable', { detail: 'Kafka does not answer.', cause });
    }
  }

  @Get('records')
  @ApiOperation({ summary: 'The latest records, the newest first, with headers and values' })
  records(@Query({ schema: RecordQuery }) query: z.output<typeof RecordQuery>): { items: StoredRecord[] } {
    return { items: this.store.find(query) };
  }
}
