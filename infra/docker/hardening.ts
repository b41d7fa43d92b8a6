import type { Same } from './comparison.ts';
import type { ComposeFile } from './compose-file.ts';

const ROOT = new Set(['settings', 'provision']);
/** What root may, where a container begins as root; nobody else may anything. */
const CAPABILITIES: Readonly<Record<string, readonly string[]>> = { settings: ['CHOWN', 'DAC_OVERRIDE'], provision: ['DAC_OVERRIDE'] };
/** Their images name a user who is not root, whose number is theirs to know. */
const OWN_USER = new Set(['kafka', 'connect']);
/** Their images write configuration and logs beside their programs, at every start. */
const WRITES_TO_ITSELF = new Set(['kafka', 'connect']);
/** Whatever opens the machine, or other containers, to one. */
const DOORS = ['privileged', 'network_mode', 'networks', 'pid', 'ipc', 'userns_mode', 'devices', 'volumes_from', 'uts', 'cgroup', 'cgroup_parent', 'sysctls', 'group_add'];
/** What the largest have: a JVM with a heap of 384 MB. */
const MOST_MEMORY_MB = 768;

/** What every container must have, or be without. Those that may differ are named above, with why. */
export function compareHardening(compose: ComposeFile['services'], same: Same): void {
  for (const [name, service] of Object.entries(compose)) {
    same(`${name} drops capabilities`, service.cap_drop, ['ALL']);
    same(`${name} adds capabilities`, service.cap_add, CAPABILITIES[name]);
    same(`${name} gains no privileges`, service.security_opt, ['no-new-privileges:true']);
    same(`${name} is read only`, service.read_only, WRITES_TO_ITSELF.has(name) ? undefined : true);
    const megabytes = Number(/^(\d+)m$/.exec(service.mem_limit ?? '')?.[1]);
    same(`${name} has a limit of memory, ${service.mem_limit}`, megabytes > 0 && megabytes <= MOST_MEMORY_MB, true);
    same(`${name} runs as root`, service.user === 'root', ROOT.has(name));
    same(`${name} names its user`, /^(?:root|postgres|valkey|([1-9]\d*):\1)$/.test(service.user ?? ''), !OWN_USER.has(name));
    same(`${name} opens`, DOORS.filter((door) => door in service), []);
  }
}
