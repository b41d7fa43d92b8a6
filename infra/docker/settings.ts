// The job `settings` of docker-compose.yml: secrets, made at the first start, and what each container is told, from
// infra/sandbox/services.ts. Runs as root, and leaves each file readable by the container's own user alone.
// With the argument `admin-token` or `console-link` it prints that and does nothing else.
import { chownSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSecrets, saveSecrets } from '../sandbox/secrets.ts';
import { databases, services, type ServiceContext, type ServiceDescription } from '../sandbox/services.ts';
import { cdcEngineFrom, DEFAULT_PORTS, portsFrom } from '../sandbox/settings.ts';
import { containedProcesses, inNetwork } from './network.ts';

/** Mounted into that job alone, and into `provision`. */
const SECRETS = '/var/lib/madang/secrets.json';
/** Of the official images. */
const POSTGRES = 999;
const VALKEY = 999;
const KAFKA_CONNECT = 1001;

const asked = process.argv.slice(2).find((word) => word === 'admin-token' || word === 'console-link');
if (asked !== undefined && !existsSync(SECRETS)) {
  console.error('This project has no secrets: nothing of it has been started yet, or it has another name (docker compose ls).');
  process.exit(1);
}
const secrets = loadSecrets(SECRETS, databases);
if (asked === 'admin-token') {
  console.log(secrets.adminToken);
} else if (asked === 'console-link') {
  console.log(`http://127.0.0.1:${portsFrom(process.env).CONSOLE_PORT}/#token=${secrets.adminToken}`);
} else {
  saveSecrets(SECRETS, secrets);
  const { superuser, replicator, cdc: cdcPassword } = secrets.postgres;
  give('/run/madang-postgres', POSTGRES, { 'superuser-password': superuser, pgpass: `*:*:*:replicator:${replicator}\n` });
  give('/run/madang-valkey', VALKEY, { password: secrets.valkeyPassword, 'password.conf': `requirepass ${secrets.valkeyPassword}\n` });
  give('/run/madang-connect', KAFKA_CONNECT, { 'secrets.properties': `cdc_password=${cdcPassword}\n` });
  const [cdc, ports] = [cdcEngineFrom(process.env), portsFrom(process.env)];
  const context: ServiceContext = {
    stateDirectory: '/run/madang', // nobody writes there
    ports: DEFAULT_PORTS,
    at: inNetwork,
    cdc,
    cdcPasswordReference: '${file:/run/madang/secrets.properties:cdc_password}',
    secrets,
    environment: process.env,
    containers: { processes: containedProcesses(cdc, ports), ports },
  };
  for (const service of services) give('/run/madang', userOf(service), { [`${service.name.replace(':', '-')}.json`]: JSON.stringify(launchOf(service, context)) });
}

/** What launch.mjs reads. */
function launchOf({ name, kind, entry, nodeOptions = [], portVariable, env }: ServiceDescription, context: ServiceContext): unknown {
  const port = portVariable ? { [portVariable]: String(DEFAULT_PORTS[portVariable]) } : {};
  // The console collects the spans of all but itself.
  const tracing = kind === 'service' && name !== 'console' ? { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${inNetwork('CONSOLE_PORT')}`, OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${name}` } : {};
  return { entry, nodeOptions, env: { ...port, ...tracing, ...env(context) } };
}

/** The number of its port; a migration's is that of the service whose database it is. */
function userOf({ name, portVariable }: ServiceDescription): number {
  const own = portVariable ?? services.find((other) => `migrate:${other.name}` === name)?.portVariable;
  if (!own) throw new Error(`${name} has no port, and so no user`);
  return DEFAULT_PORTS[own];
}

function give(directory: string, user: number, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o400 });
    chownSync(path, user, user);
  }
}
