import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { infraDirectory } from '../core/paths.ts';
import { PidFiles } from '../process/pid-files.ts';
import { runTool, type ToolContext } from '../process/run-tool.ts';
import { archiveClasses, sharedClasses } from './class-archive.ts';
import { javaLaunch, KAFKA } from './java.ts';

const directory = mkdtempSync(join(tmpdir(), 'madang-classes-'));
const context: ToolContext = { pidFiles: new PidFiles(join(directory, 'pids')), signal: new AbortController().signal };
const settings = join(infraDirectory, 'kafka', 'server.properties');

/** An empty cache. */
function cache(name: string): string {
  const path = join(directory, name);
  mkdirSync(path);
  return path;
}

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const archiveIn = (path: string): string => sharedClasses(path)[0]?.replace('-XX:SharedArchiveFile=', '') ?? '';

describe('classes of Kafka', () => {
  const made = cache('made');
  beforeAll(() => archiveClasses(settings, context, made));

  it('are archived by one run of a broker, which leaves nothing else', () => {
    expect(readdirSync(made)).toEqual([basename(archiveIn(made))]);
    expect(readdirSync(join(directory, 'pids'))).toEqual([]);
  });

  it('are mapped by another JVM that is started in the same way, and not without the archive', async () => {
    const loaded = (options: readonly string[]): Promise<string> => runTool('load', javaLaunch('kafka.tools.StorageTool', ['random-uuid'], KAFKA, [...options, '-Xlog:class+load']), context);
    expect(await loaded(sharedClasses(made))).toMatch(/org\.apache\.kafka\.\S+ source: shared objects file \(top\)/);
    expect(await loaded([])).not.toMatch(/\(top\)/);
  });

  it('are left alone where their file was cut short: a JVM dies of that', () => {
    const cut = cache('cut');
    const copy = join(cut, basename(archiveIn(made)));
    copyFileSync(archiveIn(made), copy);
    expect(sharedClasses(cut)).toHaveLength(1);
    truncateSync(copy, 1_000_000);
    expect(sharedClasses(cut)).toEqual([]);
  });

  it('are not archived by two at a time; whoever was killed at it is not waited for', async () => {
    const shared = cache('shared');
    const unfinished = join(shared, 'classes.unfinished');
    mkdirSync(unfinished);
    await archiveClasses(settings, context, shared);
    expect(sharedClasses(shared)).toEqual([]);
    utimesSync(unfinished, 0, 0);
    await archiveClasses(settings, context, shared);
    expect(sharedClasses(shared)).toHaveLength(1);
    expect(existsSync(unfinished)).toBe(false);
  });
});

it('a broker that ends at once costs no time, is tried once, and what it said is kept', async () => {
  const failed = cache('failed');
  const broken = join(directory, 'broken.properties');
  writeFileSync(broken, `${readFileSync(settings, 'utf8')}\nnum.network.threads=none\n`);
  const since = performance.now();
  await archiveClasses(broken, context, failed);
  expect(performance.now() - since).toBeLessThan(30_000);
  const [log = '', ...others] = readdirSync(failed);
  expect(others).toEqual([]);
  expect(readFileSync(join(failed, log), 'utf8')).toContain('num.network.threads');
  await archiveClasses(settings, context, failed);
  expect(sharedClasses(failed)).toEqual([]);
});
