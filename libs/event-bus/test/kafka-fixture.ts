import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { createKafka, type KafkaRecord, RecordConsumer } from '../src/index';

/** Polls until `look` gives something, or throws. */
export async function eventually<T>(look: () => T | undefined | false, withinMs = 15_000): Promise<T> {
  for (const deadline = Date.now() + withinMs; ; await sleep(10)) {
    const value = look();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Not seen within ${withinMs} ms: ${look.toString()}`);
  }
}

/** Reads a topic from its beginning until `count` records have come, and a little longer, for those too many. */
export async function readTopic(brokers: readonly string[], topic: string, count: number): Promise<KafkaRecord[]> {
  const records: KafkaRecord[] = [];
  const consumer = new RecordConsumer({
    kafka: createKafka({ clientId: 'test', brokers }),
    groupId: randomUUID(),
    topics: [topic],
    handle: async (batch) => void records.push(...batch),
    onFatal: (error) => {
      throw error;
    },
  });
  await consumer.start();
  await eventually(() => records.length >= count);
  await sleep(300);
  await consumer.stop();
  return records;
}

/** A client whose every connection leads through the proxy, though the broker names its own port in its metadata. */
export function kafkaThrough(proxy: Server, brokers: readonly string[]): Kafka {
  const { port } = proxy.address() as AddressInfo;
  return new Kafka({
    clientId: 'test',
    brokers: [...brokers],
    retry: { initialRetryTime: 20, retries: 20 },
    logLevel: logLevel.NOTHING,
    socketFactory: ({ onConnect }) => connect(port, '127.0.0.1', onConnect),
  });
}

/** A connection to the broker, which ends with that of the proxy's client, and the other way round. */
export function brokerFor(client: Socket, brokers: readonly string[]): Socket {
  const [, port] = (brokers[0] ?? '').split(':');
  const broker = connect(Number(port), '127.0.0.1');
  for (const [one, other] of [[client, broker] as const, [broker, client] as const]) {
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
  }
  return broker;
}
