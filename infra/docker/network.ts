import { services, type Contained } from '../sandbox/services.ts';
import { DEFAULT_PORTS, type CdcEngineName, type Ports, type PortVariable } from '../sandbox/settings.ts';

/** Where a part listens inside the network of docker-compose.yml: the official images' own ports. */
const PARTS: Readonly<Partial<Record<PortVariable, string>>> = {
  POSTGRES_PORT: 'postgres:5432',
  REPLICA_1_PORT: 'replica-1:5432',
  REPLICA_2_PORT: 'replica-2:5432',
  KAFKA_PORT: 'kafka:9092',
  CONNECT_PORT: 'connect:8083',
  VALKEY_PORT: 'valkey:6379',
};

/** What runs, as the console is told; `page` as the host reaches it, on the ports of the environment. */
export function containedProcesses(cdc: CdcEngineName, ports: Ports): Contained[] {
  const parts = Object.entries(PARTS).flatMap(([variable, at]): Contained[] => {
    const [name = ''] = at.split(':');
    return variable === 'CONNECT_PORT' && cdc !== 'debezium' ? [] : [{ name, kind: 'part', dependsOn: [], page: null, at }];
  });
  const own = services.map(({ name, kind, dependsOn, page, portVariable }): Contained => {
    const at = kind === 'service' && portVariable ? inNetwork(portVariable) : null;
    return { name, kind, dependsOn, page: page && portVariable ? `http://127.0.0.1:${ports[portVariable]}${page.path}` : null, at };
  });
  return [...parts, ...own];
}

/** Host and port inside that network; services listen where they do by default, whatever the ports on the host. */
export function inNetwork(variable: PortVariable): string {
  const service = services.find(({ portVariable }) => portVariable === variable);
  const place = PARTS[variable] ?? (service && `${service.name}:${DEFAULT_PORTS[variable]}`);
  if (place === undefined) throw new Error(`Nobody listens on ${variable} in docker-compose.yml`);
  return place;
}
