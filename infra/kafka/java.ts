import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaDownload } from '../bootstrap/downloads.mjs';
import { cacheDirectory, infraDirectory } from '../core/paths.ts';
import type { Launch } from '../process/child.ts';

export const kafkaCache: string = kafkaDownload(cacheDirectory).directory;

/** The serial collector and the first compiler only: small and quick to start, and fast enough for one laptop's load. */
export const SMALL_JVM = ['-Xms64m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData', '-Djava.awt.headless=true'] as const;

/** What a JVM loads. */
export interface Program {
  /** Directory of `infra` with the logger's settings. */
  readonly settings: string;
  /** Directory of jars. */
  readonly jars: string;
}

export const KAFKA: Program = { settings: 'kafka', jars: join(kafkaCache, 'libs') };

/** A main class of `program`. @param options of this JVM beside those of all */
export function javaLaunch(mainClass: string, args: readonly string[], { settings, jars }: Program = KAFKA, options: readonly string[] = []): Launch {
  const { PATH = '/usr/bin:/bin', JAVA_HOME } = process.env;
  return {
    command: JAVA_HOME ? join(JAVA_HOME, 'bin', 'java') : 'java',
    args: [...SMALL_JVM, ...options, ...loggerSettings(settings), '-cp', join(jars, '*'), mainClass, ...args],
    env: { PATH, LC_ALL: 'C', TZ: 'UTC', ...(JAVA_HOME ? { JAVA_HOME } : {}) },
  };
}

/** As options and not by the class path: where a directory is in that, a JVM archives no classes. */
function loggerSettings(part: string): string[] {
  const lines = readFileSync(join(infraDirectory, part, 'simplelogger.properties'), 'utf8').split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => `-D${line}`);
}
