import { BaseRpcContext } from '@nestjs/microservices';
import type { KafkaRecord } from './kafka-record';

/** What `@Ctx()` gives a handler: the record that the event was read from. */
export class KafkaEventContext extends BaseRpcContext<[KafkaRecord]> {
  get record(): KafkaRecord {
    return this.getArgByIndex(0);
  }
}
