import { spawnSync } from 'node:child_process';

/** Compose of Debian is Python, and takes its seconds on a busy machine: whoever is slow is there. */
const PATIENCE_MS = 60_000;

/** Why containers cannot run here, in one line; undefined where they can. */
export function whyNoEngine(): string | undefined {
  const { status, error, stderr } = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { encoding: 'utf8', timeout: PATIENCE_MS });
  if (error) return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no docker command' : `docker does not answer within ${PATIENCE_MS / 1_000} s`;
  if (status !== 0) return `no Docker engine answers (${stderr.trim().split('\n').at(-1) ?? ''})`;
  return composeCommand() ? undefined : 'there is neither docker compose nor docker-compose';
}

let found: readonly string[] | undefined;

/** Docker's own plugin, or else Debian's docker-compose 1.29; both read the same file. */
export function composeCommand(): readonly string[] | undefined {
  const candidates = [['docker', 'compose'], ['docker-compose']];
  found ??= candidates.find(([command = '', ...args]) => spawnSync(command, [...args, 'version'], { timeout: PATIENCE_MS, stdio: 'ignore' }).status === 0);
  return found;
}

/** Which of these images the engine does not have. */
export function missingImages(images: readonly string[]): string[] {
  return images.filter((image) => spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore', timeout: PATIENCE_MS }).status !== 0);
}
