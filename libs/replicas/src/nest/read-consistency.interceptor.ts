import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, ServiceUnavailableException } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { catchError, type Observable } from 'rxjs';
import { PrimaryFallbackLimitError, ReadTimeoutError } from '../routing/errors';
import { readScope } from '../session/read-scope';
import type { HttpReadScope } from './http-read-scope';
import { READ_CONSISTENCY, type ReadConsistencyDeclaration } from './read-consistency.decorator';

/** Within the scope that the request has had since it arrived: what the handler declares, but for a level that the client has asked for. */
@Injectable()
export class ReadConsistencyInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const scope = readScope.getStore() as HttpReadScope | undefined;
    const declaration = this.reflector.getAllAndOverride<ReadConsistencyDeclaration | undefined>(READ_CONSISTENCY, [execution.getHandler(), execution.getClass()]);
    if (!scope) return next.handle();
    // What has to be right is not for the client to weaken.
    const level = declaration?.level === 'strong' ? 'strong' : (scope.asked ?? declaration?.level ?? scope.level);
    return readScope.run({ ...scope, ...declaration, level }, () => next.handle()).pipe(catchError(refuse));
  }
}

/** Not now: the same request may succeed shortly. @throws ServiceUnavailableException, or what was not the router's */
function refuse(error: unknown): never {
  const own = error instanceof Error && 'driverError' in error ? error.driverError : error; // TypeORM wraps what comes out of a query
  const isRouters = own instanceof ReadTimeoutError || own instanceof PrimaryFallbackLimitError;
  throw isRouters ? new ServiceUnavailableException(own.message, { cause: error }) : error;
}
