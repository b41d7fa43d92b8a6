import { Admin } from '@madang/service-kit';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Topology } from '../../feed/api';
import { TopologyService } from './topology.service';

@ApiTags('topology')
@Admin()
@Controller('api/topology')
export class TopologyController {
  constructor(private readonly topology: TopologyService) {}

  @Get()
  @ApiOperation({ summary: 'The platform as it runs: what there is, and what flows where' })
  read(): Promise<Topology> {
    return this.topology.read();
  }
}
