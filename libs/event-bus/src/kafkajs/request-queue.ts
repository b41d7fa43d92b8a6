import RequestQueue from 'kafkajs/src/network/requestQueue';

/**
 * KafkaJS 2.2.4 re-arms the check of its request queue for ever, with a negative time-out, even when nothing is pending
 * (https://github.com/tulios/kafkajs/issues/1751): an idle client then uses 3 % of a core. KafkaJS is no longer
 * maintained, so the fix is applied to the loaded class, where it also reaches those who install this library.
 */
export function stopIdleQueueSpin(): void {
  const prototype = RequestQueue.prototype;
  if (typeof prototype.scheduleCheckPendingRequests !== 'function' || typeof prototype.checkPendingRequests !== 'function') {
    throw new Error('This KafkaJS is not 2.2.4: see whether kafkajs#1751 is mended there and drop the fix');
  }
  prototype.scheduleCheckPendingRequests = function scheduleCheckPendingRequests() {
    if (this.throttleCheckTimeoutId) return;
    const throttledFor = this.throttledUntil - Date.now();
    if (throttledFor <= 0 && this.pending.length === 0) return;
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledFor > 0 ? throttledFor : CHECK_PENDING_REQUESTS_INTERVAL_MS,
    );
  };
}

// As in KafkaJS: a full queue is also checked when a response arrives, so this is a safety net only.
const CHECK_PENDING_REQUESTS_INTERVAL_MS = 10;
