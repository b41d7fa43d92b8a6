import { mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { valkeyServer } from '../bootstrap/downloads.mjs';
import { cacheDirectory, infraDirectory } from '../core/paths.ts';
import { UserFacingError } from '../core/user-facing-error.ts';
import type { PortClaim, ProcessDefinition } from '../process/process-definition.ts';

export interface ValkeyOptions {
  readonly name: string;
  readonly claim: PortClaim;
  readonly stateDirectory: string;
  readonly password: string;
}

/** A Valkey server, or the Redis that is on the path. */
export function valkey({ name, claim, stateDirectory, password }: ValkeyOptions): ProcessDefinition {
  const configuration = join(stateDirectory, 'valkey.conf');
  return {
    name,
    kind: 'service',
    dependsOn: [],
    ports: [claim],
    prepare: async () => {
      mkdirSync(stateDirectory, { recursive: true });
      // The password goes into a file: command lines are for everybody to read.
      const lines = [`include "${join(infraDirectory, 'valkey', 'valkey.conf')}"`, `port ${claim.port}`, `dir "${stateDirectory}"`, `requirepass ${password}`, ''];
      writeFileSync(configuration, lines.join('\n'), { mode: 0o600 });
    },
    launch: () => {
      const command = valkeyServer(cacheDirectory);
      if (!command) throw new UserFacingError('There is no Valkey or Redis server. npm start installs one, or put valkey-server or redis-server on the path.');
      return { command, args: [configuration], env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }, cwd: stateDirectory };
    },
    checkHealth: () => pingValkey(claim.port, password),
  };
}

/** @param place a port on the loopback, or host and port */
export function valkeyUrl(place: number | string, password: string): string {
  return `redis://:${encodeURIComponent(password)}@${typeof place === 'number' ? `127.0.0.1:${place}` : place}`;
}

/** AUTH and PING by hand: the protocol's inline form spares a client library. */
export function pingValkey(port: number, password: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: 2_000 });
    let answer = '';
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', (data: Buffer) => {
      answer += data.toString('latin1');
      if (answer.includes('+PONG')) {
        socket.destroy();
        resolve();
      } else if (/^-(?!LOADING)/m.test(answer)) {
        socket.destroy(new Error(`Valkey answered ${answer.trim()}`));
      }
    });
    socket.on('timeout', () => socket.destroy(new Error('Valkey does not answer')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('Valkey closed the connection')));
  });
}
