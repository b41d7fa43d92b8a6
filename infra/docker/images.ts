import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../core/paths.ts';

/** By the service of docker-compose.yml that runs it; Node is what the services' own image is built on. */
export type ImageName = 'postgres' | 'kafka' | 'connect' | 'valkey' | 'node';

/** The official images, with their tags, as docker-compose.yml and the Dockerfile pin them: nobody else names a version. */
export const images: Readonly<Record<ImageName, string>> = {
  postgres: pinned('docker-compose.yml', /image: (postgres:\S+)/),
  kafka: pinned('docker-compose.yml', /image: (apache\/kafka:\S+)/),
  connect: pinned('docker-compose.yml', /image: (\S*debezium\/connect:\S+)/),
  valkey: pinned('docker-compose.yml', /image: (valkey\/valkey:\S+)/),
  node: pinned('Dockerfile', /^FROM (node:\S+)/m),
};

function pinned(file: string, pattern: RegExp): string {
  const [, image] = pattern.exec(readFileSync(join(repositoryRoot, file), 'utf8')) ?? [];
  if (image === undefined) throw new Error(`${file} names no image like ${pattern.source}`);
  return image;
}
