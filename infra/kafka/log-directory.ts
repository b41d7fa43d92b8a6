import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ToolContext } from '../process/run-tool.ts';
import { runTool } from '../process/run-tool.ts';
import { javaLaunch, kafkaCache } from './java.ts';

const CHECKPOINT = 'bootstrap.checkpoint';

/**
 * Formats a log directory for KRaft unless it is formatted. Kafka's own formatter runs once a machine: the feature levels that
 * it writes are the same for every cluster of a version, so a JVM's start (0.9 s) is saved by keeping them. The cluster's and
 * the directory's ids are our own.
 * @param configuration path of the broker's server.properties
 */
export async function formatLogDirectory(directory: string, configuration: string, context: ToolContext): Promise<void> {
  const metaProperties = join(directory, 'meta.properties');
  if (existsSync(metaProperties)) return;
  mkdirSync(directory, { recursive: true });
  copyFileSync(await featureLevels(configuration, context), join(directory, CHECKPOINT));
  const meta = ['version=1', 'node.id=1', `cluster.id=${kafkaUuid()}`, `directory.id=${kafkaUuid()}`, ''];
  // Last, and in one step: it marks the directory as formatted.
  writeFileSync(`${metaProperties}.new`, meta.join('\n'));
  renameSync(`${metaProperties}.new`, metaProperties);
}

async function featureLevels(configuration: string, context: ToolContext): Promise<string> {
  const kept = join(kafkaCache, CHECKPOINT);
  if (existsSync(kept)) return kept;
  const scratch = mkdtempSync(join(dirname(kept), 'format-'));
  try {
    const scratchConfiguration = join(scratch, 'server.properties');
    copyFileSync(configuration, scratchConfiguration);
    const formatted = join(scratch, 'data');
    writeFileSync(scratchConfiguration, `\nlog.dirs=${formatted}\n`, { flag: 'a' });
    await runTool('kafka-format', javaLaunch('kafka.tools.StorageTool', ['format', '-t', kafkaUuid(), '-c', scratchConfiguration]), context);
    renameSync(join(formatted, CHECKPOINT), kept);
    return kept;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Kafka's form of a UUID: 16 bytes in base64url. It may not begin with a dash. */
function kafkaUuid(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
