import type { Same } from './comparison.ts';
import type { ComposeFile } from './compose-file.ts';
import type { DriftSources } from './drift-sources.ts';

/** Constants of settings.ts that say who reads a part's secrets, by the stand-in's name. */
const READERS = { postgres: 'POSTGRES', valkey: 'VALKEY', connect: 'KAFKA_CONNECT' } as const;

/** Images without a registry (offline/): their users are those who are given the secrets, and their data lie where the volumes are mounted. */
export function compareStandIns({ files, images }: DriftSources, compose: ComposeFile['services'], same: Same): void {
  const recipe = (name: string): string => files[`infra/docker/offline/${name}.Dockerfile`] ?? '';
  const settings = files['infra/docker/settings.ts'] ?? '';
  for (const [name, constant] of Object.entries(READERS)) {
    const reader = new RegExp(`const ${constant} = (\\d+);`).exec(settings)?.[1];
    same(`user of the stand-in ${name}`, /useradd [^&]*-u (\d+)/.exec(recipe(name))?.[1], reader);
  }
  for (const name of ['postgres', 'kafka', 'valkey']) {
    const declared: readonly string[] = /^VOLUME (.*)$/m.exec(recipe(name))?.[1]?.match(/\/[\w/]+/g) ?? [];
    const data = (compose[name]?.volumes ?? []).filter((volume) => volume.startsWith(`${name}:`)).map((volume) => volume.split(':')[1] ?? '');
    same(`data of the stand-in ${name}`, data.filter((path) => !declared.includes(path)), []);
  }
  const debian = /const DEBIAN = '(\w+)';/.exec(files['infra/docker/offline/build.ts'] ?? '')?.[1];
  same('Debian of the stand-ins', images.node.split('-')[1], debian);
}
