import Connection from 'kafkajs/src/network/connection';

/** What a response begins with: its size. */
const SIZE_BYTES = 4;

/**
 * KafkaJS 2.2.4 keeps what has come of a response when its connection is reset, and takes the next connection's bytes for the rest of it: that broker never
 * answers again. A new connection begins anew. Applied to the loaded class, as {@link stopIdleQueueSpin} is.
 */
export function forgetHalfResponses(): void {
  const { prototype } = Connection;
  const { connect } = prototype;
  if (typeof connect !== 'function' || typeof prototype.isConnected !== 'function') {
    throw new Error('This KafkaJS is not 2.2.4: see whether its Connection forgets half a response, and drop the fix');
  }
  prototype.connect = function connectAnew() {
    if (!this.isConnected()) {
      this.socket?.removeAllListeners('data').resume(); // only half closed, it may go on
      Object.assign(this, { chunks: [], bytesBuffered: 0, bytesNeeded: SIZE_BYTES });
    }
    return connect.call(this);
  };
}
