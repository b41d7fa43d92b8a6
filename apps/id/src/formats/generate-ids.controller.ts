import type { FormatName } from '@madang/ids';
import { Public, Returns } from '@madang/service-kit';
import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { answering, refusedQuery } from './as-problem';
import { Formats } from './formats';
import { FormatParam, GenerateQuery, Ids } from './id.contract';
import { generatedTotal } from './id.metrics';

@ApiTags('ids')
@Public()
@Controller('ids')
export class GenerateIdsController {
  constructor(private readonly formats: Formats) {}

  @Get(':format')
  @Header('cache-control', 'no-store') // an id that a cache hands out twice is a duplicate
  @ApiOperation({ summary: 'Make ids, in order' })
  @Returns(200, Ids)
  generate(@Param('format', { schema: FormatParam }) format: FormatName, @Query({ schema: GenerateQuery }) { count, prefix }: GenerateQuery): Ids {
    if (prefix !== undefined && format !== 'typeid') throw refusedQuery('prefix', `only a typeid has a prefix, a ${format} has none`);
    const ids = answering(() => this.formats.generate(format, count, prefix ?? 'id'));
    generatedTotal.inc({ format }, count);
    return { ids };
  }
}
