import { readComposeFile, type ComposeFile } from './compose-file.ts';
import { driftOf } from './drift.ts';
import { driftSources } from './drift-sources.ts';

/** A service as text has it: anything may be taken from it. */
type Loose = Record<string, unknown>;

const sources = driftSources();
const file = readComposeFile(sources.compose);
const all = Object.keys(file.services);
const jobs = all.filter((name) => /^(?:settings|provision|migrate-.+)$/.test(name));
const parts = ['postgres', 'replica-1', 'replica-2', 'kafka', 'connect', 'valkey'];
const running = all.filter((name) => !jobs.includes(name));
const own = running.filter((name) => !parts.includes(name));
const first = own.filter((name) => name === 'chat-2' || !name.endsWith('-2'));
const waiting = all.filter((name) => file.services[name]?.depends_on && (first.includes(name) || !own.includes(name)));

/** docker-compose.yml with these services changed, each by itself: what they shared, they share no longer. */
function changed(names: readonly string[], change: (service: Loose) => void): ComposeFile {
  const copy = JSON.parse(JSON.stringify(file)) as { services: Record<string, Loose>; volumes: Loose };
  for (const name of names) change(copy.services[name] ?? {});
  return copy;
}
const without = (names: readonly string[], ...keys: readonly string[]): ComposeFile => changed(names, (service) => keys.forEach((key) => delete service[key]));
const having = (names: readonly string[], keys: Loose): ComposeFile => changed(names, (service) => Object.assign(service, keys));
const inside = (key: string, names: readonly string[], keys: Loose): ComposeFile => changed(names, (service) => Object.assign(service[key] as Loose, keys));
const replaced = (from: string | RegExp, to: string): ComposeFile => {
  const text = sources.compose.replaceAll(from, to);
  if (text === sources.compose) throw new Error(`docker-compose.yml has no ${String(from)}`);
  return readComposeFile(text);
};
const mounting = (name: string, from: string, to?: string): ComposeFile =>
  changed([name], (service) => {
    service['volumes'] = (service['volumes'] as string[]).flatMap((volume) => (volume.startsWith(from) ? (to ?? []) : [volume]));
  });

/** What is done to the file, and the findings, each of which begins with these words; `NAME` stands for each of the services. */
const gutted: [string, ComposeFile, string, readonly string[]][] = [
  ['nobody waits for health or an end', replaced(/service_healthy|service_completed_successfully/g, 'service_started'), 'NAME waits', waiting],
  ['connect waits for nobody', without(['connect'], 'depends_on'), 'NAME waits', ['connect']],
  ['provision waits for nobody', without(['provision'], 'depends_on'), 'NAME waits', ['provision']],
  ['a gate too many', having(['id'], { depends_on: { valkey: { condition: 'service_healthy' }, kafka: { condition: 'service_healthy' } } }), 'NAME waits', ['id']],
  ['nobody is probed', replaced(/^( +)healthcheck:/gm, '$1x-healthcheck:'), 'NAME is probed by', running],
  ['a probe that is always content', having(running, { healthcheck: { test: ['CMD', 'true'], interval: '2s' } }), 'NAME is probed by', running],
  ['a probe that is switched off', inside('healthcheck', running, { disable: true }), 'NAME is probed by', running],
  ['jobs are probed', without(jobs, 'healthcheck'), 'NAME is a job, which nobody probes', jobs],
  ['a probe once an hour', inside('healthcheck', running, { interval: '3600s' }), 'NAME is probed often enough', running],
  ['no time to answer', inside('healthcheck', running, { timeout: '1s' }), 'NAME may take as long to answer', running],
  ["Kafka's probe is not there", mounting('kafka', './infra/docker/healthy.sh'), 'NAME mounts its probe', ['kafka']],
  ['nobody is begun again', having(running, { restart: 'no' }), 'NAME is begun again', running],
  ['jobs for ever', having(jobs, { restart: 'always' }), 'NAME is a job, and is begun again', jobs],
  ['no capability is dropped', without(all, 'cap_drop'), 'NAME drops capabilities', all],
  ['capabilities are added', having(all, { cap_add: ['SYS_ADMIN'] }), 'NAME adds capabilities', all],
  ['privileges may be gained', without(all, 'security_opt'), 'NAME gains no privileges', all],
  ['everything may be written', without(all, 'read_only'), 'NAME is read only', all.filter((name) => name !== 'kafka' && name !== 'connect')],
  ['memory without limit', without(all, 'mem_limit'), 'NAME has a limit of memory', all],
  ['as much memory as there is', having(all, { mem_limit: '64g' }), 'NAME has a limit of memory', all],
  ['root', having(running, { user: 'root' }), 'NAME runs as root', running],
  ['no user', without(running, 'user'), 'NAME names its user', running.filter((name) => name !== 'kafka' && name !== 'connect')],
  ['privileged', having(all, { privileged: true }), 'NAME opens', all],
  ["the machine's network", having(all, { network_mode: 'host' }), 'NAME opens', all],
  ['no time to end', having(running, { stop_grace_period: '1s' }), 'NAME has', running],
  ["Docker's own time to end", without(running, 'stop_grace_period'), 'NAME has', running.filter((name) => name !== 'valkey')],
  ['killed at once', having(running, { stop_signal: 'SIGKILL' }), 'NAME is asked to end by', running],
  ['PostgreSQL waits for its clients', without(['postgres', 'replica-1', 'replica-2'], 'stop_signal'), 'NAME is asked to end by', ['postgres', 'replica-1', 'replica-2']],
  ...['postgres', 'replica-1', 'replica-2', 'kafka', 'valkey'].map((name): [string, ComposeFile, string, string[]] => [`${name} keeps nothing`, mounting(name, `${name}:`), 'NAME keeps and reads', [name]]),
  ['Kafka writes elsewhere', replaced('KAFKA_LOG_DIRS: /var/lib/kafka/data', 'KAFKA_LOG_DIRS: /tmp/x'), 'NAME keeps and reads', ['kafka']],
  ['Valkey writes elsewhere', replaced('--dir, /data', '--dir, /tmp'), 'NAME keeps and reads', ['valkey']],
  ['PostgreSQL writes elsewhere', inside('environment', ['postgres'], { PGDATA: '/tmp/x' }), 'environment of NAME', ['postgres']],
  ['data in memory', having(['postgres'], { tmpfs: ['/tmp', '/var/lib/postgresql/18'] }), 'NAME loses', ['postgres']],
  ["somebody else's volume", { ...file, volumes: { ...file.volumes, valkey: { external: true } } }, 'volumes', ['valkey']],
  ["everybody's secrets", mounting('member', 'settings:', 'secrets:/run/madang:ro'), 'NAME keeps and reads', ['member']],
  ['settings that a service may write', mounting('member', 'settings:', 'settings:/run/madang'), 'NAME keeps and reads', ['member']],
  ["the engine's socket", having(all, { volumes: ['/var/run/docker.sock:/var/run/docker.sock'] }), 'NAME mounts besides', all],
  ['a second node elsewhere', replaced('${MEMBER_2_PORT:-8111}:8101', '${MEMBER_2_PORT:-8111}:9999'), 'second node of member, NAME', ['member-2']],
  ['a second node beside another database', replaced('member-2: {<<: *member,', 'member-2: {<<: *board,'), 'second node of member, NAME', ['member-2']],
  ...parts.map((name): [string, ComposeFile, string, string[]] => [`${name} published from another port`, changed([name], (service) => Object.assign(service, { ports: (service['ports'] as string[]).map((port) => port.replace(/\d+$/, '9999')) })), 'port of NAME', [name]]),
  ['Kafka sends its clients elsewhere', inside('environment', ['kafka'], { KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://localhost:9092,HOST://127.0.0.1:9092' }), 'addresses of NAME', ['kafka']],
  ['the level of logs is not passed', replaced(/LOG_LEVEL: "[^"]+", /g, ''), 'environment of NAME', first],
  ['the limit of requests is not passed', replaced(/, RATE_LIMIT_PER_SECOND: "[^"]+"/g, ''), 'environment of NAME', first],
  ['an own variable of every service', inside('environment', own, { NODE_OPTIONS: '--inspect=0.0.0.0' }), 'environment of NAME', first],
  ['another program', having(own, { entrypoint: ['sleep', 'infinity'] }), "what NAME runs instead of the image's own", first],
  ['another image', having(own, { image: 'somebody/else:latest' }), 'image of NAME', first],
  ['links that name other ports', replaced(' BOARD_PORT: ${BOARD_PORT:-8102}', ' BOARD_PORT: "8102"'), 'environment of NAME', ['settings']],
];

test('a copy in which nothing is changed is of one mind', () => {
  expect(driftOf(sources, changed(all, () => undefined))).toEqual([]);
});

test.each(gutted)('%s: is found, for each of them', (_, compose, words, names) => {
  expect(names).not.toEqual([]);
  const findings = driftOf(sources, compose);
  const tells = (finding: string, name: string): boolean => {
    const begin = words.replace('NAME', name);
    return finding.startsWith(begin) && /^[^\w-]/.test(finding.slice(begin.length)) && finding.includes(name);
  };
  expect(names.filter((name) => !findings.some((finding) => tells(finding, name)))).toEqual([]);
});
