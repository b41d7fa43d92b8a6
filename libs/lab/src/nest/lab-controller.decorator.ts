import { Admin } from '@madang/service-kit';
import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { LoopbackGuard } from './loopback.guard';

/** A controller under `/lab`: for the admin token, on loopback, and in no document. */
export function LabController(): ClassDecorator {
  return applyDecorators(ApiExcludeController(), Admin(), UseGuards(LoopbackGuard), Controller('lab'));
}
