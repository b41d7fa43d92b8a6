import type { Same } from './comparison.ts';
import { wordsOf, type ComposeFile, type ComposeService } from './compose-file.ts';

/** Where the images of a server keep its cluster: docs/offline-images.md. */
const CLUSTERS = '/var/lib/postgresql';
/** What is lost with the container, and may be. */
const LOST = new Set(['/tmp', '/var/run/postgresql:mode=3777']);
const SERVERS = new Set(['postgres', 'replica-1', 'replica-2']);

/** What outlives a container, who else may read it, and that nobody writes to this machine's own files. */
export function compareVolumes({ services, volumes }: ComposeFile, same: Same): void {
  const used = new Set<string>();
  for (const [name, service] of Object.entries(services)) {
    const all = service.volumes ?? [];
    const named = all.filter((volume) => /^[\w-]+:/.test(volume));
    for (const volume of named) used.add(volume.split(':')[0] ?? '');
    same(`${name} keeps and reads`, named.toSorted(), volumesOf(name, service).toSorted());
    same(`${name} mounts besides`, all.filter((volume) => !named.includes(volume) && !/^\.\/infra\/[\w./-]+:\/[\w./-]+:ro$/.test(volume)), []);
    same(`${name} loses`, (service.tmpfs ?? []).filter((path) => !LOST.has(path)), []);
  }
  // Made by the engine, and by nothing but a name: else they would be somewhere else, or somebody else's.
  same('volumes', volumes, Object.fromEntries([...used].map((name) => [name, null])));
}

/** The volumes by name: data lie where the part is told to write, settings are read by their own reader alone. */
function volumesOf(name: string, { command, environment }: ComposeService): string[] {
  if (SERVERS.has(name)) return [`${name}:${CLUSTERS}`, 'settings-postgres:/run/madang:ro'];
  const words = wordsOf(command);
  switch (name) {
    case 'settings':
      return ['secrets:/var/lib/madang', 'settings:/run/madang', ...['postgres', 'valkey', 'connect'].map((part) => `settings-${part}:/run/madang-${part}`)];
    case 'provision':
      return ['secrets:/var/lib/madang:ro'];
    case 'kafka':
      return [`kafka:${environment?.['KAFKA_LOG_DIRS']}`];
    case 'connect': // what it knows is in Kafka
      return ['settings-connect:/run/madang:ro'];
    case 'valkey':
      return [`valkey:${words[words.indexOf('--dir') + 1]}`, 'settings-valkey:/run/madang:ro'];
    default:
      return ['settings:/run/madang:ro'];
  }
}
