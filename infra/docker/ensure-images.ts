import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { infraDirectory, repositoryRoot } from '../core/paths.ts';
import { UserFacingError } from '../core/user-facing-error.ts';
import { missingImages } from './engine.ts';
import { images, type ImageName } from './images.ts';

const PULL_MS = 300_000;

/**
 * Pulls what is missing, or builds it where no registry answers (root only), and then the services' own image.
 * @throws UserFacingError when that fails; the tools' own words are on standard error
 */
export function ensureImages(report: (line: string) => void): void {
  const names = Object.keys(images) as ImageName[];
  for (const name of names.filter((each) => missingImages([images[each]]).length > 0)) {
    report(`pulling ${images[name]}`);
    if (spawnSync('docker', ['pull', '--quiet', images[name]], { stdio: 'ignore', timeout: PULL_MS }).status === 0) continue;
    report(`no registry has it for us: building ${images[name]}`);
    run(process.execPath, [join(infraDirectory, 'docker', 'offline', 'build.ts'), name], `${images[name]} can neither be pulled nor built here. docs/offline-images.md says what building takes.`);
  }
  report("building the services' image");
  run('docker', ['build', '--quiet', '--network', 'host', '--tag', 'madang/service:local', '.'], "The services' image could not be built.");
}

function run(command: string, args: readonly string[], failure: string): void {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], cwd: repositoryRoot });
  if (status !== 0) throw new UserFacingError(failure);
}
