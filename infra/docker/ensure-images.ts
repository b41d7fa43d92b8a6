import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { infraDirectory } from '../core/paths.ts';
import { UserFacingError } from '../core/user-facing-error.ts';
import { runGroup, type RunGroupOptions } from '../process/run-group.ts';
import { missingImages } from './engine.ts';
import { images, type ImageName } from './images.ts';

const PULL_MS = 300_000;
/** Ten times what each takes here: who waits longer waits for a network that is none. */
const BUILD_MS = 900_000;

export interface Preparation {
  readonly report: (line: string) => void;
  /** Ends whatever is being pulled or built. */
  readonly signal?: AbortSignal;
}

/**
 * Pulls what is missing, or builds it where no registry answers (root only).
 * @throws UserFacingError when neither can be done
 */
export async function obtainImages({ report, signal }: Preparation): Promise<void> {
  const silent = new Set<string>();
  for (const name of Object.keys(images) as ImageName[]) {
    const image = images[name];
    if (missingImages([image]).length === 0) continue;
    const registry = registryOf(image);
    if (!silent.has(registry)) {
      report(`pulling ${image}`);
      if ((await run('docker', ['pull', '--quiet', image], { signal, timeoutMs: PULL_MS })).code === 0) continue;
      silent.add(registry); // it is asked once: each question may take a minute where nobody answers
    }
    report(`no registry has it for us: building ${image}`);
    await buildStandIn(name, signal);
  }
}

/** The services' own image, of the sources as they are. @throws UserFacingError when they cannot be built */
async function buildServiceImage({ report, signal }: Preparation): Promise<void> {
  report("building the services' image");
  const { code, output } = await run('docker', ['build', '--quiet', '--network', 'host', '--tag', 'madang/service:local', '.'], { signal, timeoutMs: BUILD_MS });
  if (code !== 0) throw new UserFacingError(`The services' image could not be built.\n${output}`);
}

/** Both of them. @throws UserFacingError when one fails */
export async function ensureImages(preparation: Preparation): Promise<void> {
  await obtainImages(preparation);
  await buildServiceImage(preparation);
}

/** Twice: a mirror that hangs up once is no reason to do without. */
async function buildStandIn(name: ImageName, signal: AbortSignal | undefined): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'madang-images-'));
  try {
    const build = () => run(process.execPath, [join(infraDirectory, 'docker', 'offline', 'build.ts'), name], { signal, timeoutMs: BUILD_MS, environment: { TMPDIR: scratch } });
    if ((await build()).code === 0) return;
    const { code, output } = await build();
    if (code !== 0) throw new UserFacingError(`${images[name]} can neither be pulled nor built here; docs/offline-images.md says what building takes.\n${output}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** As the engine reads a name: what stands before the first slash, where it looks like a host. */
function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && first.includes('.') ? first : 'docker.io';
}

/** Resolves with what it complained of. @throws UserFacingError once it was broken off */
async function run(command: string, args: readonly string[], options: RunGroupOptions): Promise<{ code: number | null; output: string }> {
  const { code, output } = await runGroup(command, args, { ...options, keep: 'errors' });
  if (options.signal?.aborted) throw new UserFacingError('Broken off.');
  return { code, output: output.trimEnd() };
}
