import type { Explanation, FormatName } from '@madang/ids';
import { Public, Returns } from '@madang/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { answering, refusedQuery } from './as-problem';
import { Formats } from './formats';
import { ExplainQuery, FormatParam, IdExplanation, IdText } from './id.contract';

@ApiTags('ids')
@Public()
@Controller('ids')
export class ExplainIdController {
  constructor(private readonly formats: Formats) {}

  @Get(':format/:id')
  @ApiOperation({ summary: 'Take an id apart, bit by bit; only its canonical text is accepted' })
  @Returns(200, IdExplanation)
  explain(
    @Param('format', { schema: FormatParam }) format: FormatName,
    @Param('id', { schema: IdText }) id: string,
    @Query({ schema: ExplainQuery }) { preset }: ExplainQuery,
  ): Explanation {
    if (preset !== undefined && format !== 'snowflake') throw refusedQuery('preset', `only a snowflake has presets, a ${format} has none`);
    return answering(() => this.formats.explain(format, id, preset ?? 'twitter'));
  }
}
