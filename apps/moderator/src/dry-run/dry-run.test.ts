import { Kafka, logLevel } from 'kafkajs';
import { createServer, type Server, type Socket } from 'node:net';
import { wordRule } from '../../test/moderator-fixture';
import { DryRunService } from './dry-run.service';

/** Takes connections, and never answers: as a broker that was stopped. */
let broker: Server;
const sockets = new Set<Socket>();

beforeAll(async () => {
  broker = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  broker.close();
  for (const socket of sockets) socket.destroy();
});

it('a dry run while Kafka is away says so soon, and stands in nobody’s way', async () => {
  const address = broker.address();
  if (address === null || typeof address === 'string') throw new Error('The broker has no port');
  // Without retries, so that nothing goes on once the test has ended.
  const kafka = new Kafka({ clientId: 'test', brokers: [`127.0.0.1:${address.port}`], retry: { retries: 0 }, logLevel: logLevel.NOTHING });
  const dryRuns = new DryRunService(kafka, 5_000, 100);
  for (let times = 0; times < 2; times++) {
    await expect(dryRuns.run({ rule: wordRule('escrow') })).rejects.toMatchObject({ status: 503, code: 'kafka-unavailable', details: { headers: { 'retry-after': '5' } } });
  }
});
