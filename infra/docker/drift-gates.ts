import type { Same } from './comparison.ts';
import type { ComposeFile, ComposeService } from './compose-file.ts';
import type { DriftSources, EmbeddedProcess } from './drift-sources.ts';

type Gates = NonNullable<ComposeService['depends_on']>;
type Names = Readonly<Record<string, readonly string[]>>;

const DONE = { condition: 'service_completed_successfully' };
const HEALTHY = { condition: 'service_healthy' };

/** The jobs that only containers have, and their gates: embedded, both are the runner's own doing. */
export const OWN_JOBS: Readonly<Record<string, Gates>> = { settings: {}, provision: { postgres: HEALTHY } };
/** Embedded, `postgres` is healthy when it is provisioned. */
const PROVISIONED = 'postgres';
/**
 * Embedded alone. A worker that CDC_ENGINE=embedded leaves out can be waited for in neither compose: the plugin refuses a
 * gate to what a profile leaves out, 1.29 one in a service that is extended, and it knows no `required: false`. cdc itself
 * tries Kafka Connect again until it answers, and is not ready before.
 */
const NOT_WAITED_FOR: Names = { cdc: ['connect'] };

/** Each container waits for exactly what its process waits for embedded, and for the same: health, or a job's good end. */
export function compareGates({ processes }: Pick<DriftSources, 'processes'>, compose: ComposeFile['services'], same: Same): void {
  const gates = new Map(Object.entries(OWN_JOBS));
  for (const each of processes) gates.set(composeName(each.name), gatesOf(each, processes));
  for (const [name, others] of Object.entries(NOT_WAITED_FOR)) {
    const all = processes.find((each) => each.name === name)?.dependsOn ?? [];
    same(`what ${name} waits for embedded alone`, all.filter((other) => others.includes(other)), others);
  }
  const brings = (name: string): boolean => Object.keys(gates.get(name) ?? {}).some((other) => other === 'settings' || brings(other) || readsSettings(compose[other]));
  for (const [name, wanted] of gates) {
    // Who reads what the job `settings` has written waits for it, unless somebody whom it waits for has done so.
    const own = name !== 'settings' && readsSettings(compose[name]) && !brings(name) ? { settings: DONE } : {};
    same(`${name} waits`, sorted(compose[name]?.depends_on ?? {}), sorted({ ...wanted, ...own }));
  }
}

export function composeName(process: string): string {
  return process.replace(':', '-');
}

function gatesOf({ name, dependsOn }: EmbeddedProcess, processes: readonly EmbeddedProcess[]): Gates {
  const waitedFor = dependsOn.filter((other) => !NOT_WAITED_FOR[name]?.includes(other));
  const gate = (other: string): [string, { condition: string }] => {
    if (other === PROVISIONED) return ['provision', DONE];
    return [composeName(other), processes.find((each) => each.name === other)?.kind === 'job' ? DONE : HEALTHY];
  };
  return Object.fromEntries(waitedFor.map(gate));
}

function readsSettings(service: ComposeService | undefined): boolean {
  return service?.volumes?.some((volume) => /^(?:secrets|settings(?:-\w+)?):/.test(volume)) ?? false;
}

function sorted(gates: Gates): Gates {
  return Object.fromEntries(Object.entries(gates).toSorted(([a], [b]) => a.localeCompare(b)));
}
