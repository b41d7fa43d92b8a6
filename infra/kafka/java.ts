import { join } from 'node:path';
import { kafkaDownload } from '../bootstrap/downloads.mjs';
import { cacheDirectory, infraDirectory } from '../core/paths.ts';
import type { Launch } from '../process/child.ts';

export const kafkaCache: string = kafkaDownload(cacheDirectory).directory;

/** The serial collector and the first compiler only: small and quick to start, and fast enough for one laptop's load. */
const SMALL_JVM = ['-Xms64m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData', '-Djava.awt.headless=true'] as const;

/** A main class of Kafka's. The class path begins with `infra/kafka`, where the logger finds its settings. */
export function javaLaunch(mainClass: string, args: readonly string[]): Launch {
  const classPath = [join(infraDirectory, 'kafka'), join(kafkaCache, 'libs', '*')].join(':');
  const { PATH = '/usr/bin:/bin', JAVA_HOME } = process.env;
  return {
    command: JAVA_HOME ? join(JAVA_HOME, 'bin', 'java') : 'java',
    args: [...SMALL_JVM, '-cp', classPath, mainClass, ...args],
    env: { PATH, LC_ALL: 'C', TZ: 'UTC', ...(JAVA_HOME ? { JAVA_HOME } : {}) },
  };
}
