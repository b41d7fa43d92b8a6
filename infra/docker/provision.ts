// The job `provision` of docker-compose.yml: roles, databases and slots on the primary, by the same code and SQL as the
// embedded mode. May be run again.
import { slotOfStandby } from '../postgres/standby.ts';
import { provision, provisionStandby } from '../postgres/provision.ts';
import { loadSecrets } from '../sandbox/secrets.ts';
import { databases, outboxDatabases } from '../sandbox/services.ts';
import { inNetwork } from './network.ts';

const STANDBYS = ['replica-1', 'replica-2'];

const { postgres: passwords } = loadSecrets('/var/lib/madang/secrets.json', databases);
const primary = inNetwork('POSTGRES_PORT');
await provision(primary, passwords, outboxDatabases);
for (const name of STANDBYS) await provisionStandby(slotOfStandby(name), primary, passwords);
