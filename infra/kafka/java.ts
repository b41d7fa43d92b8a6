import { join } from 'node:path';
import { kafkaDownload } from '../bootstrap/downloads.mjs';
import { cacheDirectory, infraDirectory } from '../core/paths.ts';
import type { Launch } from '../process/child.ts';

export const kafkaCache: string = kafkaDownload(cacheDirectory).directory;

/** The serial collector and the first compiler only: small and quick to start, and fast enough for one laptop's load. */
export const SMALL_JVM = ['-Xms64m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData', '-Djava.awt.headless=true'] as const;

/** What a JVM loads. */
export interface ClassPath {
  /** Directory of `infra` with the logger's settings. */
  readonly settings: string;
  /** Directory of jars. */
  readonly jars: string;
}

const KAFKA: ClassPath = { settings: 'kafka', jars: join(kafkaCache, 'libs') };

/** A main class of Kafka's, or of what `path` names. The class path begins where the logger finds its settings. */
export function javaLaunch(mainClass: string, args: readonly string[], path: ClassPath = KAFKA): Launch {
  const classPath = [join(infraDirectory, path.settings), join(path.jars, '*')].join(':');
  const { PATH = '/usr/bin:/bin', JAVA_HOME } = process.env;
  return {
    command: JAVA_HOME ? join(JAVA_HOME, 'bin', 'java') : 'java',
    args: [...SMALL_JVM, '-cp', classPath, mainClass, ...args],
    env: { PATH, LC_ALL: 'C', TZ: 'UTC', ...(JAVA_HOME ? { JAVA_HOME } : {}) },
  };
}
