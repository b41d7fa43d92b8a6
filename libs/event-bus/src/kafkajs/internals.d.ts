/** The parts of KafkaJS 2.2.4 that {@link stopIdleQueueSpin} replaces; KafkaJS ships no types for them. */
declare module 'kafkajs/src/network/requestQueue' {
  export default class RequestQueue {
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    throttledUntil: number;
    pending: unknown[];
    scheduleCheckPendingRequests(): void;
    checkPendingRequests(): void;
  }
}

/** What {@link forgetHalfResponses} mends. */
declare module 'kafkajs/src/network/connection' {
  import type { Socket } from 'node:net';

  export default class Connection {
    socket?: Socket;
    isConnected(): boolean;
    connect(): Promise<true>;
  }
}

/** What KafkaJS makes of requests; a part of it. */
declare module 'kafkajs/src/protocol/encoder' {
  export default class Encoder {
    constructor(initialSize?: number);
    buf: Buffer;
    offset: number;
    get buffer(): Buffer;
  }
}

/** What {@link replaceProduceEncoder} replaces. */
declare module 'kafkajs/src/protocol/requests/produce/v3/request' {
  import type { Message } from 'kafkajs';
  import type Encoder from 'kafkajs/src/protocol/encoder';

  export type RecordToProduce = Pick<Message, 'key' | 'value' | 'headers' | 'timestamp'>;

  export interface ProduceRequest {
    readonly acks: number;
    readonly timeout: number;
    readonly transactionalId: string | null;
    /** KafkaJS's own 64-bit integer. */
    readonly producerId: { toString(): string };
    readonly producerEpoch: number;
    /** 0: none. */
    readonly compression?: number;
    readonly topicData: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly firstSequence?: number;
        readonly messages: readonly RecordToProduce[];
      }[];
    }[];
  }

  export default function request(request: ProduceRequest): { encode: () => Promise<Encoder> };
}
