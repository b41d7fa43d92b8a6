import { whyNoEngine } from '../docker/engine.ts';
import { ensureImages, obtainImages, type Preparation } from '../docker/ensure-images.ts';
import { messageOf } from '../core/user-facing-error.ts';
import { whyTooLate } from './why-too-late.ts';

/** One thing that `npm test` does. */
export interface Step {
  readonly name: string;
  /** Command and arguments; `node` is the pinned one. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Jest's steps count each of its tests; any other step is one test, which passes with exit code 0. */
  readonly counts: 'itself' | 'jest';
  /** Whether a file that failed may run a second time, alone: for what measures time, or meets what others do. */
  readonly alone?: boolean;
  /** Why it cannot run on this machine, if it cannot: it is then skipped, and counted as that. What the machine lacks may be fetched first. */
  readonly whyNot?: (preparation: Preparation) => Promise<string | undefined>;
  /** What has to be made of the sources before. @throws what is then the step's failure */
  readonly prepare?: (preparation: Preparation) => Promise<void>;
}

const bin = (name: string): string => `node_modules/.bin/${name}`;

const jest = (project: string, ...options: readonly string[]): Step => ({
  name: project,
  counts: 'jest',
  // Nest's packages are ES modules only; jest needs the flag to require them.
  command: ['node', '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', '--selectProjects', project, ...options],
  alone: true,
});

/** Suites of `parts` that say most of PostgreSQL, its standby, Kafka and Valkey in containers; `npm test -- --docker` runs all of them there. */
const SAME_IN_CONTAINERS = 'infra/test-infra|outbox/src/inbox|event-bus/test/record-producer|waiting-room/test/store';

/**
 * The stages run one after the other, the steps of a stage at the same time. Two cores: what measures time or starts real
 * parts is alone in its stage.
 */
export const STAGES: readonly (readonly Step[])[] = [
  [
    { name: 'lint', command: [bin('oxlint'), '--type-aware'], counts: 'itself' },
    { name: 'boundaries', command: [bin('depcruise'), 'apps', 'libs', 'infra', 'e2e', '--output-type', 'err'], counts: 'itself' },
  ],
  [
    { name: 'types', command: [bin('tsc'), '--noEmit'], counts: 'itself' },
    // Stricter where Node runs the sources themselves: only what stripping the types leaves valid.
    { name: 'types of infra', command: [bin('tsc'), '--noEmit', '--project', 'infra'], counts: 'itself' },
    { name: 'types of the page', command: [bin('tsc'), '--noEmit', '--project', 'apps/console/web'], counts: 'itself' },
  ],
  [jest('unit', '--maxWorkers=2')],
  [jest('parts', '--maxWorkers=2')],
  [jest('e2e', '--runInBand')],
  [{ ...jest('parts', '--runInBand', '--testPathPatterns', SAME_IN_CONTAINERS), name: 'testcontainers', environment: { MADANG_INFRA: 'docker' }, whyNot: whyNoContainers, prepare: obtainImages }],
  [{ ...jest('containers', '--runInBand'), whyNot: whyNoContainers, prepare: makeServiceImage }],
];

let answer: Promise<string | undefined> | undefined;

/** For both steps alike. */
function whyNoContainers(preparation: Preparation): Promise<string | undefined> {
  return (answer ??= askWhy(preparation));
}

/** Where an engine was promised (with-engine.sh), its absence, and that of the images, is a failure and no reason to skip. */
async function askWhy(preparation: Preparation): Promise<string | undefined> {
  const late = whyTooLate(Date.now() / 1_000, process.env);
  if (late !== undefined || process.env['MADANG_ENGINE'] === 'promised') return late;
  return whyNoEngine() ?? (await obtainImages(preparation).then(() => undefined, (error: unknown) => messageOf(error).replaceAll(/\s+/g, ' ')));
}

async function makeServiceImage(preparation: Preparation): Promise<void> {
  await ensureImages(preparation);
  process.env['MADANG_IMAGES'] = 'ready'; // once a run is enough
}
