import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { onPath } from '../bootstrap/downloads.mjs';
import { freePorts } from '../core/free-ports.ts';
import { Child } from '../process/child.ts';
import { THROWN_AWAY, type ToolContext } from '../process/run-tool.ts';
import { untilHealthy } from '../process/until-healthy.ts';
import { writeBrokerSettings } from './broker-settings.ts';
import { javaLaunch, KAFKA, kafkaCache } from './java.ts';
import { formatLogDirectory } from './log-directory.ts';
import { probeMetadata } from './metadata-probe.ts';

const DUMP_MS = 60_000;
/** Whoever has been at it for longer was killed. */
const STALE_MS = 180_000;

/**
 * Class data sharing (JEP 350), as Kafka's official image has it: a broker that maps the classes which another one has loaded
 * answers after 1.5 s and not 3.4, and costs half the processor time. These are the JVM's options for it; none without an archive.
 */
export function sharedClasses(directory: string = kafkaCache): string[] {
  const prefix = archivePrefix();
  const name = prefix && existsSync(directory) && readdirSync(directory).find((each) => each.startsWith(prefix) && each.endsWith('.jsa'));
  // A JVM maps a file that was cut short, and dies of it: the name tells its length.
  return name && name === `${prefix}${statSync(join(directory, name)).size}.jsa` ? [`-XX:SharedArchiveFile=${join(directory, name)}`] : [];
}

/**
 * Runs a broker for it, once for each JVM, on a log directory and ports of its own. While another process is at it, and where
 * it has failed before (what the broker said is kept beside, in classes-….log), nothing happens: a broker is slower without, no more.
 * @param configuration path of the server.properties that it takes the rest from
 */
export async function archiveClasses(configuration: string, context: ToolContext, directory: string = kafkaCache): Promise<void> {
  const prefix = archivePrefix();
  const log = join(directory, `${prefix}failed.log`);
  if (!prefix || sharedClasses(directory).length > 0 || existsSync(log)) return;
  const scratch = join(directory, 'classes.unfinished');
  if (!claim(scratch)) return;
  try {
    const said = await runBroker(scratch, configuration, context);
    if (said === undefined) install(join(scratch, 'classes.jsa'), directory, prefix);
    else renameSync(join(scratch, 'broker.log'), log);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @returns why there is no archive of its classes */
async function runBroker(scratch: string, configuration: string, context: ToolContext): Promise<string | undefined> {
  const own = join(scratch, 'server.properties');
  const [port = 0, controller = 0] = await freePorts(2);
  writeBrokerSettings(own, configuration, join(scratch, 'data'), { listener: port, controller });
  await formatLogDirectory(join(scratch, 'data'), own, context);
  const output = openSync(join(scratch, 'broker.log'), 'wx', 0o600);
  const launch = javaLaunch('kafka.Kafka', [own], KAFKA, [`-XX:ArchiveClassesAtExit=${join(scratch, 'classes.jsa')}`]);
  const broker = await Child.spawn('kafka-classes', launch, { pidFiles: context.pidFiles, ending: THROWN_AWAY, stdio: ['ignore', output, output] });
  try {
    await untilHealthy(broker, () => probeMetadata(port), {}, context.signal);
    const { signal } = await broker.terminate('SIGTERM', DUMP_MS);
    return signal === null && existsSync(join(scratch, 'classes.jsa')) ? undefined : 'it has left none';
  } catch (error) {
    await broker.kill();
    context.signal.throwIfAborted();
    return String(error);
  } finally {
    closeSync(output);
  }
}

/** In one step, and not before it is on the disk. */
function install(archive: string, directory: string, prefix: string): void {
  const file = openSync(archive, 'r');
  fsyncSync(file);
  closeSync(file);
  renameSync(archive, join(directory, `${prefix}${statSync(archive).size}.jsa`));
}

/** Whether this process is the one that makes it. */
function claim(scratch: string): boolean {
  try {
    if (Date.now() - statSync(scratch).mtimeMs < STALE_MS) return false;
    rmSync(scratch, { recursive: true, force: true });
  } catch {
    // nobody is at it
  }
  try {
    mkdirSync(scratch);
    return true;
  } catch {
    return false;
  }
}

/** An archive fits one JVM, class path and set of options. Undefined where there is no JVM. */
function archivePrefix(): string | undefined {
  const { command, args } = javaLaunch('kafka.Kafka', []);
  const java = isAbsolute(command) ? command : onPath(command);
  if (!java || !existsSync(java)) return undefined;
  const binary = realpathSync(java);
  return `classes-${createHash('sha256').update(JSON.stringify([binary, statSync(binary).mtimeMs, args])).digest('hex').slice(0, 12)}-`;
}
