import { decode } from '@madang/ids';
import { BadRequestProblem, Public, Returns } from '@madang/service-kit';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { FORMAT_NAMES } from './catalogue';
import { DecodeQuery, Readings } from './id.contract';

@ApiTags('ids')
@Public()
@Controller('decode')
export class DecodeIdController {
  @Get()
  @ApiOperation({ summary: 'Read a pasted id of unknown format as every format that it could be' })
  @Returns(200, Readings)
  read(@Query({ schema: DecodeQuery }) { id }: DecodeQuery): Readings {
    const readings = decode(id);
    if (readings.length > 0) return { readings };
    const detail = `it is no ${FORMAT_NAMES.join(', ')}; GET /ids shows what each looks like`;
    throw new BadRequestProblem('invalid-id', { detail: 'No known format has such an id.', errors: [{ in: 'query', field: 'id', detail }] });
  }
}
