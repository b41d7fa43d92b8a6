import { readFileSync, writeFileSync } from 'node:fs';

export interface BrokerPorts {
  readonly listener: number;
  /** Where the broker talks to its own controller. */
  readonly controller: number;
}

/** Writes to `path` what the file `shared` says, and what depends on where this broker runs. */
export function writeBrokerSettings(path: string, shared: string, logDirectory: string, { listener, controller }: BrokerPorts): void {
  const added = [
    `listeners=PLAINTEXT://127.0.0.1:${listener},CONTROLLER://127.0.0.1:${controller}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${listener}`,
    `controller.quorum.voters=1@127.0.0.1:${controller}`,
    `log.dirs=${logDirectory.replaceAll('\\', '\\\\')}`,
  ];
  writeFileSync(path, [readFileSync(shared, 'utf8'), '# Added at this start', ...added, ''].join('\n'));
}
