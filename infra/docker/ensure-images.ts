import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { infraDirectory, repositoryRoot } from '../core/paths.ts';
import { missingImages } from './engine.ts';
import { images, type ImageName } from './images.ts';

const PULL_MS = 300_000;

/** Pulls what is missing, or builds it where no registry answers (root only), and then the services' own image. */
export function ensureImages(report: (line: string) => void): void {
  const names = Object.keys(images) as ImageName[];
  for (const name of names.filter((each) => missingImages([images[each]]).length > 0)) {
    report(`pulling ${images[name]}`);
    if (spawnSync('docker', ['pull', '--quiet', images[name]], { stdio: 'ignore', timeout: PULL_MS }).status === 0) continue;
    report(`no registry has it for us: building ${images[name]}`);
    execFileSync(process.execPath, [join(infraDirectory, 'docker', 'offline', 'build.ts'), name], { stdio: ['ignore', 'ignore', 'inherit'], cwd: repositoryRoot });
  }
  report("building the services' image");
  execFileSync('docker', ['build', '--quiet', '--network', 'host', '--tag', 'madang/service:local', '.'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: repositoryRoot,
  });
}
