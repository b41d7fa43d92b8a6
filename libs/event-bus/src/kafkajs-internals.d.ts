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
