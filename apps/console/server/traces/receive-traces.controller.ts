import { Public } from '@madang/service-kit';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { spansOf, TraceExport } from './otlp';
import { SpanIntake } from './span-intake';

/** An OpenTelemetry collector, as far as the console needs one. No token: exporters have none to send, and loopback is all that gets here. */
@ApiTags('traces')
@Public()
@Controller('v1/traces')
export class ReceiveTracesController {
  constructor(private readonly intake: SpanIntake) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Takes spans by OTLP over HTTP, in JSON' })
  receive(@Body({ schema: TraceExport }) body: TraceExport): { partialSuccess: Record<string, never> } {
    this.intake.take(spansOf(body));
    return { partialSuccess: {} };
  }
}
