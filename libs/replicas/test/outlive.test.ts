import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Pool } from 'pg';
import { outlive } from '../src/replica/outlive';

function message(type: string, ...content: (string | number)[]): Buffer {
  const body = Buffer.concat(content.map((each) => (typeof each === 'string' ? Buffer.from(`${each}\0`) : Buffer.from([0, 0, 0, each]))));
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, body]);
}

it('a server that dies in the same breath as it answers a connect fails the query, and does not end the process', async () => {
  const isReady = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
  const dies = message('E', 'SFATAL', 'C57P01', 'Mterminating connection due to unexpected postmaster exit', '');
  const server = createServer((socket) => socket.once('data', () => socket.end(Buffer.concat([message('R', 0), isReady, dies]))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pool = new Pool({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, user: 'nobody', database: 'none' });
  pool.on('error', () => undefined);
  outlive(pool);
  const client = await pool.connect();
  await expect(client.query('SELECT 1')).rejects.toThrow(/Connection terminated|not queryable/);
  client.release(true);
  await pool.end();
  server.close();
});
