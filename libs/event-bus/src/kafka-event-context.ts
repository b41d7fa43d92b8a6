import { BaseRpcContext } from '@nestjs/microservices';
import type { KafkaRecord } from './kafka-record';

/** What `@Ctx()` gives a handler: the record that the event was read from, or those of a batch, in the order of its events. */
export class KafkaEventContext extends BaseRpcContext<[KafkaRecord, ...KafkaRecord[]]> {
  /** The only record, or the first of a batch. */
  get record(): KafkaRecord {
    return this.getArgByIndex(0);
  }

  get records(): readonly KafkaRecord[] {
    return this.getArgs();
  }
}
