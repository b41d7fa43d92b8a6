import { existsSync, readFileSync } from 'node:fs';
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
  /** Directory of `libs/*.jar`, and of the archive of their classes once there is one. */
  readonly directory: string;
}

const KAFKA: Program = { settings: 'kafka', directory: kafkaCache };

/** Of Kafka's classes: see class-archive.ts. */
export const kafkaClasses: string = archiveOf(KAFKA);

function archiveOf({ directory }: Program): string {
  return join(directory, 'classes.jsa');
}

/** A main class of Kafka's, or of what `program` names. A JVM whose version an archive does not fit goes on without it. */
export function javaLaunch(mainClass: string, args: readonly string[], program: Program = KAFKA): Launch {
  const archive = archiveOf(program);
  return javaWith(existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : [], mainClass, args, program);
}

/** The same, with options of the JVM's own. */
export function javaWith(options: readonly string[], mainClass: string, args: readonly string[], { settings, directory }: Program = KAFKA): Launch {
  const { PATH = '/usr/bin:/bin', JAVA_HOME } = process.env;
  return {
    command: JAVA_HOME ? join(JAVA_HOME, 'bin', 'java') : 'java',
    args: [...SMALL_JVM, ...options, ...loggerSettings(settings), '-cp', join(directory, 'libs', '*'), mainClass, ...args],
    env: { PATH, LC_ALL: 'C', TZ: 'UTC', ...(JAVA_HOME ? { JAVA_HOME } : {}) },
  };
}

/** As options and not by the class path: where a directory is in that, the JVM archives no classes. */
function loggerSettings(part: string): string[] {
  const lines = readFileSync(join(infraDirectory, part, 'simplelogger.properties'), 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => `-D${line}`);
}
