import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { repositoryRoot } from '../core/paths.ts';

/** A service of docker-compose.yml, as far as this repository reads it itself. */
export interface ComposeService {
  readonly image?: string;
  readonly user?: string;
  readonly command?: string | readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly mem_limit?: string;
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_signal?: string;
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test?: string | readonly string[]; readonly interval?: string; readonly timeout?: string; readonly disable?: boolean };
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  /** By name; null where nothing is said of one but that there is one. */
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** @param text of a compose file; anchors and merges are resolved, variables are not */
export function readComposeFile(text: string = readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8')): ComposeFile {
  const { services, volumes = {} } = parse(text, { merge: true }) as Pick<ComposeFile, 'services'> & Partial<ComposeFile>;
  return { services, volumes };
}

export function readCompose(): ComposeFile['services'] {
  return readComposeFile().services;
}

/** A command as words; the file writes none with quotes. */
export function wordsOf(command: string | readonly string[] = []): string[] {
  return typeof command === 'string' ? command.trim().split(/\s+/) : [...command];
}

/** The repository's own files that a service mounts, to read: where they lie here, and where in the container. */
export function mountedFiles({ volumes = [] }: ComposeService): { source: string; target: string; mode: 'ro' }[] {
  return volumes
    .filter((volume) => volume.startsWith('./'))
    .map((volume) => volume.split(':'))
    .map(([source = '', target = '']) => ({ source: resolve(repositoryRoot, source), target, mode: 'ro' as const }));
}
