import '../kafka-client';
import RequestQueue from 'kafkajs/src/network/requestQueue';

function queue(pending: unknown[], throttledUntil: number): RequestQueue {
  const instance: RequestQueue = Object.create(RequestQueue.prototype);
  return Object.assign(instance, { throttleCheckTimeoutId: null, throttledUntil, pending });
}

describe('the KafkaJS request queue', () => {
  it('arms no timer when nothing is pending (kafkajs#1751)', () => {
    const idle = queue([], -1);
    idle.scheduleCheckPendingRequests();
    expect(idle.throttleCheckTimeoutId).toBeNull();
  });

  it.each([
    ['requests are pending', queue([{}], -1)],
    ['the broker throttles', queue([], Date.now() + 60_000)],
  ])('is still checked later when %s', (_, busy) => {
    busy.scheduleCheckPendingRequests();
    expect(busy.throttleCheckTimeoutId).not.toBeNull();
    clearTimeout(busy.throttleCheckTimeoutId ?? undefined);
  });
});
