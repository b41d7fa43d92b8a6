import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../infra/core/free-ports.ts';
import type { CdcEngineName } from '../../infra/sandbox/settings.ts';
import { PlatformClient } from '../platform-client.ts';
import { startStack, type Stack } from '../stack.ts';
import { doubtsAbout } from './conviction.ts';
import { drain } from './evidence/drain.ts';
import type { Recovery } from './evidence/evidence.ts';
import { gather } from './evidence/gather.ts';
import { FaultInjector, type Hits } from './faults/fault-injector.ts';
import { type FaultPlan, randomPlan } from './faults/fault-plan.ts';
import { check } from './invariants/check.ts';
import { type Violation, violations } from './invariants/violation.ts';
import { Clients } from './load/clients.ts';
import { Edits, ENOUGH_EDITS } from './load/edits.ts';
import { History } from './load/history.ts';
import { RollBacks } from './load/roll-backs.ts';
import { Traffic } from './load/traffic.ts';
import type { Mutant } from './mutants.ts';
import { Random } from './random.ts';
import { crashTopology } from './topology.ts';

export interface CampaignOptions {
  readonly seed: number;
  readonly cdc: CdcEngineName;
  /** Registrations, posts and withdrawals that have to be acknowledged. */
  readonly operations: number;
  /** Over how long they are spread. */
  readonly durationMs: number;
  /** Between two faults, on average. */
  readonly meanGapMs: number;
  /** Faults in the place of the random ones; there is no last blow then. */
  readonly plan?: FaultPlan | undefined;
  /** A bug on purpose. Its faults have to be given, too. */
  readonly mutant?: Mutant | undefined;
  /** What happens, as it happens. */
  readonly log: (line: string) => void;
}

export interface CampaignReport {
  readonly seed: number;
  /** Its name. */
  readonly mutant: string | undefined;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly refused: number;
  readonly rolledBack: number;
  readonly events: number;
  /** Of the aggregate that has most. */
  readonly versions: number;
  readonly hits: ReadonlyMap<string, Hits>;
  readonly restarts: ReadonlyMap<string, number>;
  readonly recovery: Recovery;
  readonly violations: readonly Violation[];
  /** Why it is a failure: what was found; with a mutant, why that does not convict it. None if all is as it should be. */
  readonly complaints: readonly string[];
}

/** What must be at rest again this long after the last fault. The runner waits up to 15 s before it starts what dies often. */
const DRAIN_BOUND_MS = 60_000;
/** Traffic that has not ended this long after it should have will not. */
const GRACE_MS = 120_000;

const VICTIMS: Readonly<Record<CdcEngineName, readonly string[]>> = {
  embedded: ['member', 'cdc', 'relay', 'board', 'ledger', 'kafka', 'postgres'],
  debezium: ['member', 'cdc', 'connect', 'relay', 'board', 'ledger', 'kafka', 'postgres'],
};

/** One seed: a platform of its own, traffic under faults, quiet, and the question whether every promise was kept. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const [ledgerPort = 0] = await freePorts(1);
  // The rate limit guards against one noisy client; all of ours have the same address.
  const environment = { ...process.env, RATE_LIMIT_PER_SECOND: '100000', CDC_ENGINE: options.cdc };
  const stack = await startStack({ environment, topology: crashTopology({ ledgerPort, mutant: options.mutant }) });
  try {
    return await campaignOn(stack, options);
  } catch (error) {
    options.log(`broken off; the logs are kept in ${keepLogs(stack, options.seed)}`);
    throw error;
  } finally {
    stack.sandbox.killNow(); // nothing is left that an orderly end would save
    await stack.stop();
  }
}

async function campaignOn(stack: Stack, options: CampaignOptions): Promise<CampaignReport> {
  const { seed, cdc, operations, durationMs, meanGapMs, log } = options;
  for (const victim of VICTIMS[cdc]) stack.sandbox.process(victim); // throws now, not in the midst of it
  const history = new History();
  const platform = new PlatformClient(stack.addresses);
  const rollBacks = new RollBacks(stack.sandbox, history);
  const faults = new FaultInjector(stack.sandbox, log);
  const random = new Random(seed, 'faults');
  const plan = options.plan ?? randomPlan(random, VICTIMS[cdc], durationMs, meanGapMs);
  const deadlineMs = durationMs + GRACE_MS;
  const clients = new Clients(platform, history);
  let raging = true;
  const traffic = new Traffic({ clients, rollBacks, seed, operations, durationMs, goOn: () => raging, deadlineMs });
  let flowing = true;
  const edits = new Edits({ clients: new Clients(platform, history), seed, goOn: () => flowing, deadlineMs });

  const faultsOver = faults.run(plan).finally(() => {
    raging = false;
  });
  const editsOver = edits.run();
  await traffic.run();
  flowing = false;
  faults.stop();
  await Promise.all([faultsOver, editsOver]);
  if (!options.plan) await faults.lastBlow(VICTIMS[cdc].filter(() => random.chance(0.5)));
  log(`${clients.acknowledged} operations acknowledged, and ${edits.fewest} edits or more of each edited post; the faults are over`);
  const recovery = await drain(stack, DRAIN_BOUND_MS);
  log(`at rest: ${recovery.complaint ?? `after ${((recovery.drainMs ?? 0) / 1_000).toFixed(1)} s`}`);
  const evidence = await gather(stack, platform, history, recovery);
  log('everything is read');

  const found = [...violations('progress', shortfall(clients.acknowledged, operations, edits.fewest)), ...check(evidence)];
  const complaints = options.mutant ? doubtsAbout(options.mutant, found) : found.map(({ invariant, what }) => `${invariant}: ${what}`);
  if (complaints.length > 0) log(`the logs are kept in ${keepLogs(stack, seed)}`);
  const { processes } = await stack.sandbox.status();
  return {
    seed,
    mutant: options.mutant?.name,
    recovery,
    acknowledged: clients.acknowledged,
    unknown: history.count('unknown'),
    refused: history.count('fail'),
    rolledBack: history.rolledBack.length,
    events: evidence.outbox.length,
    versions: evidence.outbox.reduce((most, { version }) => Math.max(most, version), 0),
    hits: faults.hits,
    restarts: new Map(processes.map(({ name, restarts }) => [name, restarts])),
    violations: found,
    complaints,
  };
}

function* shortfall(acknowledged: number, operations: number, edits: number): Generator<string> {
  if (acknowledged < operations) yield `only ${acknowledged} of ${operations} operations were acknowledged in time`;
  if (edits < ENOUGH_EDITS) yield `only ${edits} of ${ENOUGH_EDITS} edits of a post were acknowledged in time`;
}

function keepLogs({ sandbox }: Stack, seed: number): string {
  const kept = mkdtempSync(join(tmpdir(), `madang-crash-${seed}-`));
  cpSync(join(sandbox.stateDirectory, 'logs'), kept, { recursive: true });
  return kept;
}
