import { STATUS_CODES } from 'node:http';
import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { problemResponse } from './problem-response';

/** The success of a handler: its status, which is also set, and the schema of its body. */
export function Returns(status: number, schema?: z.ZodType, description = STATUS_CODES[status] ?? ''): MethodDecorator {
  const body = schema === undefined ? {} : { standardSchema: schema };
  return applyDecorators(HttpCode(status), ApiResponse({ status, description, ...body }));
}

/**
 * A failure that belongs to this operation, such as 403, 404 or 409. Those that any operation may answer (400, 401, 413,
 * 415, 429, 503) are documented without being declared.
 */
export function Fails(status: number, description: string): MethodDecorator {
  return ApiResponse({ status, ...problemResponse(status, description) });
}
