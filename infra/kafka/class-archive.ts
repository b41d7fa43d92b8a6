import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { waitUntil } from '../core/wait-until.ts';
import { Child } from '../process/child.ts';
import type { ToolContext } from '../process/run-tool.ts';
import { javaWith, kafkaClasses } from './java.ts';
import { probeMetadata } from './metadata-probe.ts';

const START_MS = 60_000;
const DUMP_MS = 60_000;

/**
 * Class data sharing (JEP 350), as Kafka's official image has it: a broker that maps the classes that another one has loaded
 * answers after 1.5 s and not 3.4, and costs half the processor time. A broker runs for it once a machine, on an empty log
 * directory; without an archive every one starts as slowly as before, and nothing else is amiss.
 * @param configuration of that broker, on a log directory of its own
 * @param port that it listens on
 */
export async function archiveClasses(configuration: string, port: number, { pidFiles, signal }: ToolContext): Promise<void> {
  if (existsSync(kafkaClasses)) return;
  const scratch = `${kafkaClasses}.${randomUUID().slice(0, 8)}`;
  const launch = javaWith([`-XX:ArchiveClassesAtExit=${scratch}`], 'kafka.Kafka', [configuration]);
  try {
    const broker = await Child.spawn(`kafka-classes-${randomUUID().slice(0, 8)}`, launch, { pidFiles, ending: { signal: 'SIGKILL', rank: 1_000 }, stdio: 'ignore' });
    const abort = (): void => void broker.kill();
    signal.addEventListener('abort', abort, { once: true });
    await waitUntil(() => probeMetadata(port), { what: 'the broker whose classes are archived', timeoutMs: START_MS, signal }).catch(() => undefined);
    await broker.terminate('SIGTERM', DUMP_MS);
    signal.removeEventListener('abort', abort);
    signal.throwIfAborted();
    if (existsSync(scratch)) renameSync(scratch, kafkaClasses); // in one step: half an archive is never found
  } finally {
    rmSync(scratch, { force: true });
  }
}
