import { services } from '../sandbox/services.ts';
import { DEFAULT_PORTS, type PortVariable } from '../sandbox/settings.ts';

/** Where a part listens inside the network of docker-compose.yml: the official images' own ports. */
const PARTS: Readonly<Partial<Record<PortVariable, string>>> = {
  POSTGRES_PORT: 'postgres:5432',
  REPLICA_1_PORT: 'replica-1:5432',
  REPLICA_2_PORT: 'replica-2:5432',
  KAFKA_PORT: 'kafka:9092',
  CONNECT_PORT: 'connect:8083',
  VALKEY_PORT: 'valkey:6379',
};

/** Host and port inside that network; services listen where they do by default, whatever the ports on the host. */
export function inNetwork(variable: PortVariable): string {
  const service = services.find(({ portVariable }) => portVariable === variable);
  const place = PARTS[variable] ?? (service && `${service.name}:${DEFAULT_PORTS[variable]}`);
  if (place === undefined) throw new Error(`Nobody listens on ${variable} in docker-compose.yml`);
  return place;
}
