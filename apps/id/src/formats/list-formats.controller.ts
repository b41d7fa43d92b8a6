import { Public, Returns } from '@madang/service-kit';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { LeasedNode } from '../node/leased-node';
import { CATALOGUE, FORMAT_NAMES } from './catalogue';
import { FormatList } from './id.contract';

const FORMATS = FORMAT_NAMES.map((format) => Object.assign({ format }, CATALOGUE[format]));

@ApiTags('ids')
@Public()
@Controller('ids')
export class ListFormatsController {
  constructor(private readonly node: LeasedNode) {}

  @Get()
  @ApiOperation({ summary: 'List the formats' })
  @Returns(200, FormatList)
  list(): FormatList {
    return { formats: FORMATS, nodeId: this.node.keeper.lease?.nodeId ?? null };
  }
}
