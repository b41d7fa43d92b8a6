import { Public } from '@madang/service-kit';
import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { asyncApiDocument } from './document';

@ApiExcludeController()
@Public()
@Controller()
export class AsyncApiController {
  private readonly document = asyncApiDocument();

  @Get('asyncapi.json')
  read(): object {
    return this.document;
  }
}
