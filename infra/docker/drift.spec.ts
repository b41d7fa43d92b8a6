import { driftOf } from './drift.ts';
import { driftSources, type DriftSources } from './drift-sources.ts';

const sources = driftSources();

test('docker-compose.yml, the images and the embedded mode are of one mind', () => {
  expect(driftOf(sources)).toEqual([]);
});

/** One change of one side. */
const compose = (from: string, to: string): Partial<DriftSources> => {
  if (!sources.compose.includes(from)) throw new Error(`docker-compose.yml has no ${from}`);
  return { compose: sources.compose.replaceAll(from, to) };
};
const file = (path: string, from: string, to: string): Partial<DriftSources> => {
  const text = sources.files[path];
  if (!text?.includes(from)) throw new Error(`${path} has no ${from}`);
  return { files: { ...sources.files, [path]: text.replace(from, to) } };
};

const changes: [string, Partial<DriftSources>, string][] = [
  ['the version of PostgreSQL', { versions: { ...sources.versions, postgres: '18.5' } }, 'version of PostgreSQL'],
  ['the tag of Kafka', { images: { ...sources.images, kafka: 'apache/kafka:4.3.0' } }, 'version of Kafka'],
  ['the tag of Debezium', { images: { ...sources.images, connect: 'debezium/connect:3.7.1.Final' } }, 'version of Debezium'],
  ['the version of Valkey', { versions: { ...sources.versions, valkey: '9.1.3' } }, 'version of Valkey'],
  ['Node in one stage of the Dockerfile', file('Dockerfile', 'FROM node:24.21.0', 'FROM node:24.20.0'), 'version of Node'],
  ['a pom', file('infra/debezium/pom.xml', '4.3.1', '4.3.2'), 'Kafka in pom.xml'],
  ['a port', { ports: { ...sources.ports, BOARD_PORT: 9102 } }, 'default of BOARD_PORT'],
  ['a default of .env.example', file('.env.example', 'VALKEY_PORT=16379', 'VALKEY_PORT=16380'), 'default of VALKEY_PORT in .env.example'],
  ['an address', compose('127.0.0.1:${ID_PORT:-8105}', '${ID_PORT:-8105}'), 'id publishes on the loopback only'],
  ['a mounted file', compose('- ./infra/kafka/server.properties:', '- ./server.properties:'), 'kafka mounts ./infra/kafka/server.properties'],
  ["a setting of Kafka's", compose('KAFKA_LOG_DIRS:', 'KAFKA_AUTO_CREATE_TOPICS_ENABLE: "true"\n      KAFKA_LOG_DIRS:'), 'settings of kafka'],
  ["a setting of PostgreSQL's", compose('-c cluster_name=postgres', '-c cluster_name=postgres -c wal_level=replica'), 'settings of postgres'],
  ["a setting of Valkey's", compose('--dir, /data', '--dir, /data, --appendfsync, everysec'), 'settings of valkey'],
  ["a setting of Kafka Connect's", file('infra/docker/connect.sh', 'echo "bootstrap.servers', 'echo "group.id=other"\n  echo "bootstrap.servers'), 'settings of connect'],
  ['the heap', { jvm: sources.jvm.map((flag) => (flag === '-Xmx384m' ? '-Xmx512m' : flag)) }, 'JVM of kafka'],
  ["initdb's locale", { initdb: sources.initdb.map((word) => (word === 'C.UTF-8' ? 'C' : word)) }, 'initdb'],
  ['what a replica takes over', { slotSync: {} }, 'settings of replica-1'],
  ['a new service', { services: [...sources.services, { name: 'another', kind: 'service', entry: 'dist/apps/another/src/main.js', portVariable: 'ID_PORT' }] }, 'services'],
  ['what a service waits for', { processes: sources.processes.map((each) => (each.name === 'id' ? { ...each, dependsOn: ['valkey', 'kafka'] } : each)) }, 'id waits'],
  ['what cdc waits for embedded alone', { processes: sources.processes.map((each) => (each.name === 'cdc' ? { ...each, dependsOn: each.dependsOn.filter((other) => other !== 'connect') } : each)) }, 'what cdc waits for embedded alone'],
  ['how a part is ended', { processes: sources.processes.map((each) => (each.name === 'kafka' ? { ...each, stopGraceMs: 60_000 } : each)) }, 'kafka has 60000 ms to end'],
  ['what every service is told', { common: ['LOG_LEVEL'] }, 'environment of id'],
  ["an app's entry, which moved", { services: sources.services.map((each) => (each.name === 'console' ? { ...each, entry: 'dist/apps/console/src/main.js' } : each)) }, 'apps.txt'],
  ["an app's port in the image", file('infra/docker/apps.txt', '8108', '8109'), 'apps.txt'],
  ["an app's own port", file('apps/relay/src/relay.config.ts', 'port(8106)', 'port(9106)'), 'port of the app relay'],
  ['the major version in a stand-in', file('infra/docker/offline/postgres.Dockerfile', 'PG_MAJOR=18', 'PG_MAJOR=17'), 'major version in the offline image'],
  ['the user of a stand-in', file('infra/docker/offline/connect.Dockerfile', '-u 1001', '-u 1002'), 'user of the stand-in connect'],
  ['who reads the secrets', file('infra/docker/settings.ts', 'VALKEY = 999', 'VALKEY = 998'), 'user of the stand-in valkey'],
  ['where a stand-in keeps its data', file('infra/docker/offline/kafka.Dockerfile', '"/var/lib/kafka/data", ', ''), 'data of the stand-in kafka'],
  ['the Debian of the stand-ins', file('infra/docker/offline/build.ts', "'trixie'", "'forky'"), 'Debian of the stand-ins'],
  ["a service's user", compose('"8102:8102"', '"8101:8101"'), 'user of board'],
];

test.each(changes)('%s changed alone is found', (_, change, complaint) => {
  expect(driftOf({ ...sources, ...change }).join('\n')).toContain(complaint);
});
