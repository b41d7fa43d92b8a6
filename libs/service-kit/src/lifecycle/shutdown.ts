import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { HealthRegistry } from '../health/health-registry';
import { flushTraces } from '../telemetry/start-tracing';
import { drainable } from './drain';
import { Ending } from './ending';

/** Milliseconds for the requests in flight, and then again for the modules to close. */
const DRAIN_DEADLINE = 10_000;
const CLOSE_DEADLINE = 10_000;

/**
 * Ends the process in order on SIGTERM or SIGINT: not ready, no new connections, requests in flight finished, then the
 * modules closed (Nest's shutdown hooks: consumers, pools), exit code 0. A second signal ends it at once.
 *
 * On SIGUSR2 it ends because another process has taken over its socket (`LISTEN_FD`): the same, but no idle connection is
 * closed in a client's face, which takes up to the keep-alive time-out, and readiness stays as it is, because whoever
 * asks over an old connection asks about the service, and that is well. SIGTERM then hurries it.
 */
export function shutDownOnSignals(app: NestFastifyApplication, logger: Logger): void {
  const drain = drainable(app.getHttpAdapter().getInstance().server);
  let ending = false;
  let handingOver = false;
  let closing: Promise<void> | undefined;
  const end = async (drained: Promise<void>): Promise<void> => {
    try {
      await drained;
      closing ??= closeModules(app); // once, although a hand-over may have been hurried
      await closing;
      await flushTraces();
      logger.info('shut down');
      process.exit(0);
    } catch (err) {
      logger.fatal({ err }, 'shutdown failed');
      process.exit(1);
    }
  };
  const stop = (signal: NodeJS.Signals): void => {
    if (ending) process.exit(1);
    ending = true;
    logger.info({ signal }, 'shutting down');
    app.get(HealthRegistry).drain();
    app.get(Ending).begin();
    void end(drain.atOnce(DRAIN_DEADLINE));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGUSR2', (signal) => {
    if (ending || handingOver) return;
    handingOver = true;
    logger.info({ signal }, 'handing over');
    app.get(Ending).begin();
    void end(drain.handOver(DRAIN_DEADLINE));
  });
}

async function closeModules(app: NestFastifyApplication): Promise<void> {
  const late = sleep(CLOSE_DEADLINE, undefined, { ref: false }).then(() => {
    throw new Error(`modules did not close within ${CLOSE_DEADLINE} ms`);
  });
  await Promise.race([app.close(), late]);
}
