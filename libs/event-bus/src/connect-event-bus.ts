import { Catch, type INestApplication, type RpcExceptionFilter } from '@nestjs/common';
import type { CustomStrategy } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import { KafkaEventServer } from './kafka-event-server';

/** Nest would replace a handler's error by "Internal server error": the retry and the dead letter need the real one. */
@Catch()
class KeepError implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/** Connects the application's `@EventPattern` handlers to Kafka and resolves once the consumer runs. */
export async function connectEventBus(app: INestApplication): Promise<void> {
  // Deferred, because otherwise the handlers are bound before the filter is there.
  const options = { deferInitialization: true };
  const microservice = app.connectMicroservice<CustomStrategy>({ strategy: app.get(KafkaEventServer) }, options);
  microservice.useGlobalFilters(new KeepError());
  await app.startAllMicroservices();
}
