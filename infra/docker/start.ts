// `npm start -- --docker`: docker-compose.yml, with progress, the addresses, and an end by Ctrl-C. Data stay in their volumes.
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, UserFacingError } from '../core/user-facing-error.ts';
import { checkEnvFile } from '../sandbox/env-file.ts';
import { services } from '../sandbox/services.ts';
import { cdcEngineFrom, checkCommonSettings, loadEnvironment, portsFrom, readEnvFile, type Environment } from '../sandbox/settings.ts';
import { ComposeProject, ownProjectName } from './compose-project.ts';
import { whyNoEngine } from './engine.ts';
import { ensureImages } from './ensure-images.ts';

const PROGRESS_MS = 5_000;

process.exitCode = await start(process.argv.slice(2), loadEnvironment()).catch((error: unknown) => {
  console.error(error instanceof UserFacingError ? error.message : error);
  return 1;
});
process.exit();

async function start(args: readonly string[], given: Environment): Promise<number> {
  const why = whyNoEngine();
  if (why !== undefined) throw new UserFacingError(`Everything in containers needs Docker: ${why}.`);
  checkEnvFile(readEnvFile());
  const at = args.indexOf('--cdc');
  // Debezium is the default here, as docker-compose.yml says.
  const environment = { CDC_ENGINE: 'debezium', ...given, ...(at < 0 ? {} : { CDC_ENGINE: args[at + 1] ?? '' }) };
  checkCommonSettings(environment);
  const [cdc, ports] = [cdcEngineFrom(environment), portsFrom(environment)];
  const project = new ComposeProject(ownProjectName(environment), { ...definedIn(environment), CDC_ENGINE: cdc });
  const stopped = Promise.withResolvers<string>();
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopped.resolve(signal);
      abort.abort();
    });
  }

  await ensureImages({ report: (line) => console.log(line), signal: abort.signal });
  const stop = async (): Promise<void> => void (await project.compose(['stop']));
  try {
    const up = untilUp(project);
    const interrupted = await Promise.race([up.then(() => undefined), stopped.promise]);
    if (interrupted !== undefined) {
      up.catch(() => undefined);
      console.log(`${interrupted}: stopping`);
      await stop();
      return 130;
    }
  } catch (error) {
    await stop().catch(() => undefined);
    throw new UserFacingError(`${messageOf(error)}\nEverything has been stopped again; docker compose logs NAME tells more.`);
  }
  const token = await project.told('admin-token');
  const pages = services.flatMap(({ name, page, portVariable }) => (name !== 'console' && page && portVariable ? [`  http://127.0.0.1:${ports[portVariable]}${page.path}   ${page.title}`] : []));
  console.log(`\nMadang runs in containers.\n\n  http://127.0.0.1:${ports.CONSOLE_PORT}/#token=${token}   the console: open this first\n${pages.join('\n')}\n\n  Admin token  ${token}\n  Log reader   ${cdc}\n
docker compose ps | logs -f board | down -v (removes data and secrets); Ctrl-C here stops it and keeps them.`);
  console.log(`${await stopped.promise}: stopping`);
  await stop();
  console.log('Stopped.');
  return 0;
}

/** Says every few seconds who is waited for. */
async function untilUp(project: ComposeProject): Promise<void> {
  let ended = false;
  const telling = (async () => {
    for (;;) {
      await sleep(PROGRESS_MS);
      if (ended) return;
      const all = await project.containers().catch(() => []);
      const healthy = all.filter(({ health }) => health === 'healthy').length;
      console.log(`  ${healthy} of ${all.filter(({ status, health }) => health !== undefined || status === 'created').length} healthy`);
    }
  })();
  try {
    await project.up();
  } finally {
    ended = true;
  }
  telling.catch(() => undefined);
}

function definedIn(environment: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
