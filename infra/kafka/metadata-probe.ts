import { createConnection } from 'node:net';

const METADATA = 3;
const VERSION = 4;
const TIMEOUT_MS = 2_000;

/**
 * Asks a broker for its metadata and resolves when it names at least one broker: it is then registered with its controller.
 * Written out by hand (protocol guide, Metadata v4), since a client library would cost the runner more memory than all its rest.
 */
export function probeMetadata(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: TIMEOUT_MS });
    let received = Buffer.alloc(0);
    socket.on('connect', () => socket.write(request()));
    socket.on('data', (data: Buffer) => {
      received = Buffer.concat([received, data]);
      // length, correlation id, throttle time, number of brokers: 4 bytes each
      if (received.length < 16) return;
      const brokers = received.readInt32BE(12);
      if (brokers > 0) resolve();
      socket.destroy(brokers > 0 ? undefined : new Error('the broker is not registered yet'));
    });
    socket.on('timeout', () => socket.destroy(new Error('Kafka does not answer')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('Kafka closed the connection')));
  });
}

function request(): Buffer {
  const clientId = Buffer.from('madang-infra');
  const body = Buffer.alloc(4 + 2 + 2 + 4 + 2 + clientId.length + 4 + 1);
  let at = body.writeInt32BE(body.length - 4, 0);
  at = body.writeInt16BE(METADATA, at);
  at = body.writeInt16BE(VERSION, at);
  at = body.writeInt32BE(1, at); // correlation id
  at = body.writeInt16BE(clientId.length, at);
  at += clientId.copy(body, at);
  at = body.writeInt32BE(0, at); // of no topics
  body.writeInt8(0, at); // and make none
  return body;
}
