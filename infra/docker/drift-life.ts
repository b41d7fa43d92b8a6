import type { Same } from './comparison.ts';
import { wordsOf, type ComposeFile } from './compose-file.ts';
import { composeName, OWN_JOBS } from './drift-gates.ts';
import type { DriftSources } from './drift-sources.ts';
import { inNetwork } from './network.ts';

const PROBE = 'infra/docker/healthy.sh';
const MOUNTED_PROBE = '/etc/madang/healthy.sh';
/** Between two looks at a container, in seconds: a gate opens at the next one. */
const LONGEST_INTERVAL = 5;
/** healthy.sh waits for 4 s, and for an answer of 2. */
const SHORTEST_TIMEOUT = 6;
/** The runner's and Docker's own, where a process says nothing. */
const DEFAULT = { signal: 'SIGTERM', graceMs: 10_000 };
/** A service drains for 10 s and closes for 10 s (libs/service-kit); embedded, whoever takes longer is killed before. */
const SERVICE_GRACE_MS = 20_000;

/** How a container is found well, how it is ended, and whether it is begun again. */
export function compareLife({ processes, services }: Pick<DriftSources, 'processes' | 'services'>, compose: ComposeFile['services'], same: Same): void {
  const jobs = new Set([...Object.keys(OWN_JOBS), ...processes.filter(({ kind }) => kind === 'job').map(({ name }) => composeName(name))]);
  for (const [name, service] of Object.entries(compose)) {
    const { healthcheck: { test, interval = '', timeout = '', disable } = {}, restart, volumes = [] } = service;
    if (jobs.has(name)) {
      same(`${name} is a job, which nobody probes`, [disable, test], [true, undefined]);
      same(`${name} is a job, and is begun again`, restart, 'no');
      continue;
    }
    const { words, file } = probeOf(name);
    same(`${name} is probed by`, disable === undefined && wordsOf(test), words);
    same(`${name} mounts its probe`, file === undefined || volumes.includes(`${file}:${MOUNTED_PROBE}:ro`), true);
    same(`${name} is probed often enough, every ${interval || '?'}`, Number(/^(\d+)s$/.exec(interval)?.[1]) <= LONGEST_INTERVAL, true);
    same(`${name} may take as long to answer as its probe waits, ${timeout || '?'}`, Number(/^(\d+)s$/.exec(timeout)?.[1]) >= SHORTEST_TIMEOUT, true);
    same(`${name} is begun again`, restart, 'on-failure');
    const embedded = processes.find((each) => each.name === name);
    const { stopSignal = DEFAULT.signal, stopGraceMs = DEFAULT.graceMs } = embedded ?? {};
    const least = services.some((each) => [each.name, `${each.name}-2`].includes(name)) ? SERVICE_GRACE_MS : stopGraceMs;
    same(`${name} is asked to end by`, service.stop_signal ?? DEFAULT.signal, stopSignal);
    const grace = service.stop_grace_period ?? `${DEFAULT.graceMs / 1000}s`;
    same(`${name} has ${least} ms to end, ${grace}`, Number(/^(\d+)s$/.exec(grace)?.[1]) * 1000 >= least, true);
  }
}

/** A part is asked in its own protocol, a service by HTTP; `file`: the script, where the image has it not. */
function probeOf(name: string): { words: string[]; file?: string } {
  switch (name) {
    case 'postgres':
    case 'replica-1':
    case 'replica-2':
      return { words: ['CMD', 'pg_isready', '-q', '-h', '127.0.0.1', '-U', 'postgres'] };
    case 'kafka':
      return { words: ['CMD', 'bash', MOUNTED_PROBE, 'kafka'], file: `./${PROBE}` };
    case 'connect':
      return { words: ['CMD', 'bash', MOUNTED_PROBE, inNetwork('CONNECT_PORT').replace(/^.*:/, ''), '/connectors'], file: `./${PROBE}` };
    case 'valkey':
      return { words: ['CMD-SHELL', 'REDISCLI_AUTH="$$(cat /run/madang/password)" valkey-cli ping | grep -q PONG'] };
    default:
      return { words: ['CMD', PROBE] };
  }
}
