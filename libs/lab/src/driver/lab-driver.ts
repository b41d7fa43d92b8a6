import { randomUUID } from 'node:crypto';
import { faultNamed } from '../faults/catalogue';
import type { ActiveFault, Fault } from '../fault';
import { LabError, messageOf } from '../lab.error';
import { type Switch, type SwitchName, SWITCHES } from '../switches';
import { carryOut, type Reach, takeBack } from './carry-out';
import { FaultJournal } from './fault-journal';
import { namedUrls } from './named-urls';
import { ReplicaClient } from './replica-client';
import { type ProcessAction, RunnerClient } from './runner-client';
import { ServiceClient } from './service-client';

interface Injected extends ActiveFault {
  readonly fault: Fault;
  /** Keeps the process alive: whoever has broken something stays until it is mended. */
  timer: NodeJS.Timeout;
}

const VARIABLES = ['ADMIN_TOKEN', 'LAB_RUNNER_FILE', 'LAB_SERVICE_URLS', 'LAB_POSTGRES_URLS'] as const;
/** A fault that could not be taken back, because what it was done to does not answer, is tried again. */
const AGAIN_MS = 1_000;

/**
 * Breaks a running sandbox, and mends it: every fault is taken back by itself after its time, and by `reset`. Each call may be made again. What a call throws is a
 * {@link LabError}.
 */
export class LabDriver {
  private readonly injected = new Map<string, Injected>();
  private readonly beginning = new Map<string, Promise<ActiveFault>>();
  private readonly lastModes = new Map<SwitchName, string>(SWITCHES.map(({ name, modes }) => [name, modes[0]]));

  constructor(
    private readonly reach: Reach,
    private readonly journal?: FaultJournal,
  ) {}

  /**
   * @param journal a file that tells the next process what this one has broken, should it be killed: see {@link takeOver}
   * @throws LabError naming the variables that are missing: `ADMIN_TOKEN`, `LAB_RUNNER_FILE`, `LAB_SERVICE_URLS` and `LAB_POSTGRES_URLS` (`name=url,…`)
   */
  static fromEnvironment(env: Readonly<Record<string, string | undefined>>, journal?: string): LabDriver {
    const missing = VARIABLES.filter((variable) => !env[variable]);
    if (missing.length > 0) throw new LabError('misconfigured', `${missing.join(', ')} must be set: the lab would not know where things are.`);
    const [adminToken, runnerFile, serviceUrls, postgresUrls] = VARIABLES.map((variable) => env[variable] ?? '') as [string, string, string, string];
    const reach = {
      runner: new RunnerClient(runnerFile),
      services: new ServiceClient(namedUrls('LAB_SERVICE_URLS', serviceUrls), adminToken),
      replicas: new ReplicaClient(namedUrls('LAB_POSTGRES_URLS', postgresUrls)),
    };
    return new LabDriver(reach, journal === undefined ? undefined : new FaultJournal(journal));
  }

  /** What a process before this one has broken, and was killed before it took it back, goes on here: until its time, at once where that is over. */
  takeOver(): void {
    for (const left of this.journal?.read() ?? []) this.hold(left, faultNamed(left.name));
  }

  /** The mode of each switch; of a service that does not answer now, what was known last. */
  async switches(): Promise<Readonly<Record<SwitchName, string>>> {
    await Promise.all(SWITCHES.map((each) => this.look(each).catch(() => undefined)));
    return Object.fromEntries(this.lastModes) as Record<SwitchName, string>;
  }

  /** Resolves once all nodes of the services have it; one that is being started is waited for. */
  async turn(name: SwitchName, mode: string): Promise<void> {
    const { services, modes } = switchNamed(name);
    if (!modes.includes(mode)) throw new LabError('unknown-switch', `${name} has no mode "${mode}". It has: ${modes.join(', ')}`);
    await Promise.all(services.map((service) => this.reach.services.put(service, `switches/${name}`, { mode })));
    this.lastModes.set(name, mode);
  }

  /** What is injected and not yet taken back. */
  get active(): readonly ActiveFault[] {
    return [...this.injected.values()].map(({ id, name, since, revertsAt }) => ({ id, name, since, revertsAt }));
  }

  /** @param given a fault, or the name of one of {@link FAULTS}. One that is active already stays as it is. */
  async inject(given: Fault | string): Promise<ActiveFault> {
    const fault = typeof given === 'string' ? faultNamed(given) : given;
    const active = this.active.find(({ name }) => name === fault.name);
    if (active) return active;
    // Two who press the button at once have pressed it once.
    const beginning = this.beginning.get(fault.name) ?? this.begin(fault).finally(() => this.beginning.delete(fault.name));
    this.beginning.set(fault.name, beginning);
    return beginning;
  }

  private async begin(fault: Fault): Promise<ActiveFault> {
    const id = randomUUID();
    const beginningNow = (): ActiveFault => ({ id, name: fault.name, since: Date.now(), revertsAt: Date.now() + fault.revertAfterMs });
    this.journal?.write([...this.active, beginningNow()]); // before it is done: what is not known to have been broken is mended by nobody
    try {
      await carryOut(fault.action, this.reach);
    } catch (error) {
      this.journal?.write(this.active);
      throw error;
    }
    const fresh = beginningNow();
    this.hold(fresh, fault);
    return fresh;
  }

  private hold(active: ActiveFault, fault: Fault): void {
    this.injected.set(active.id, { ...active, fault, timer: setTimeout(() => void this.revertByItself(active.id), Math.max(0, active.revertsAt - Date.now())) });
    this.journal?.write(this.active);
  }

  private letGo(injected: Injected): void {
    clearTimeout(injected.timer);
    this.injected.delete(injected.id);
    this.journal?.write(this.active);
  }

  /** Takes a fault back; one that is not active needs nothing. Resolves once what was killed is healthy again. */
  async revert(id: string): Promise<void> {
    const injected = this.injected.get(id);
    if (!injected) return;
    await takeBack(injected.fault.action, this.reach);
    this.letGo(injected);
  }

  /**
   * Mends all that the lab can break, whoever broke it: no process is frozen or down, every switch is at its pattern, no service is told anything, the replicas follow at once.
   * @throws LabError with all that could not be mended; the rest is
   */
  async reset(): Promise<void> {
    const injected = [...this.injected.values()];
    const { replicas } = this.reach;
    const labs = new Set(SWITCHES.flatMap(({ services }) => services));
    // One after the other: what does not run cannot be told anything.
    const failures = [
      ...(await failuresOf([this.wakeAll()])),
      ...(await failuresOf(SWITCHES.map(({ name, modes: [pattern] }) => this.turn(name, pattern)))),
      ...(await failuresOf([...labs].map((service) => this.tellNothing(service)))),
      ...(await failuresOf(replicas.names.flatMap((replica) => [replicas.delay(replica, 0), replicas.resumeReplay(replica)]))),
    ];
    // Else each is still taken back when its time comes.
    if (failures.length > 0) throw new LabError('unavailable', `Not everything could be reset: ${[...new Set(failures)].join(' ')}`);
    for (const each of injected) this.letGo(each);
  }

  /** @param ms 0: it follows at once */
  async delayReplica(name: string, ms: number): Promise<void> {
    await this.reach.replicas.delay(name, ms);
  }

  async process(name: string, action: ProcessAction): Promise<void> {
    await this.reach.runner.act(name, action);
  }

  private async look({ name, services, modes: [pattern] }: Switch): Promise<void> {
    const states = (await Promise.all(services.map((service) => this.reach.services.states(service)))).flat();
    const modes = states.map(({ switches }) => switches[name] ?? pattern);
    // Where nodes differ, one that is naive is enough to break the promise.
    this.lastModes.set(name, modes.find((mode) => mode !== pattern) ?? pattern);
  }

  private async revertByItself(id: string): Promise<void> {
    try {
      await this.revert(id);
    } catch (error) {
      const injected = this.injected.get(id);
      if (!injected) return;
      process.emitWarning(`${injected.name} cannot be taken back yet: ${messageOf(error)}`, 'LabWarning');
      injected.timer = setTimeout(() => void this.revertByItself(id), AGAIN_MS);
    }
  }

  private async tellNothing(service: string): Promise<void> {
    const { services } = this.reach;
    const told = (await services.states(service)).flatMap(({ faults }) => Object.entries(faults).flatMap(([fault, value]) => (value > 0 ? [fault] : [])));
    for (const fault of new Set(told)) await services.put(service, `faults/${fault}`, { value: 0 });
  }

  private async wakeAll(): Promise<void> {
    const { runner } = this.reach;
    const services = (await runner.processes()).filter(({ kind }) => kind === 'service');
    const frozen = services.filter(({ state }) => state === 'frozen');
    await Promise.all(frozen.map(({ name }) => runner.act(name, 'resume')));
    const down = services.filter(({ state }) => state === 'stopped' || state === 'failed' || state === 'backing-off');
    await Promise.all(down.map(({ name }) => runner.act(name, 'start')));
  }
}

function switchNamed(name: string): Switch {
  const found = SWITCHES.find((each) => each.name === name);
  if (!found) throw new LabError('unknown-switch', `There is no switch "${name}". There are: ${SWITCHES.map((each) => each.name).join(', ')}`);
  return found;
}

async function failuresOf(attempts: readonly Promise<void>[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(attempts);
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [messageOf(outcome.reason)] : []));
}
