import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { HealthRegistry } from '../health/health-registry';
import { drainable } from './drain';

/** Milliseconds for the requests in flight, and then again for the modules to close. */
const DRAIN_DEADLINE = 10_000;
const CLOSE_DEADLINE = 10_000;

/**
 * Ends the process in order on SIGTERM or SIGINT: not ready, no new connections, requests in flight finished, then the
 * modules closed (Nest's shutdown hooks: consumers, pools), exit code 0. A second signal ends it at once.
 */
export function shutDownOnSignals(app: NestFastifyApplication, logger: Logger): void {
  const drain = drainable(app.getHttpAdapter().getInstance().server);
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'shutting down');
    shutDown(app, drain).then(
      () => {
        logger.info('shut down');
        process.exit(0);
      },
      (err: unknown) => {
        logger.fatal({ err }, 'shutdown failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function shutDown(app: NestFastifyApplication, drain: ReturnType<typeof drainable>): Promise<void> {
  app.get(HealthRegistry).drain();
  await drain(DRAIN_DEADLINE);
  const late = sleep(CLOSE_DEADLINE, undefined, { ref: false }).then(() => {
    throw new Error(`modules did not close within ${CLOSE_DEADLINE} ms`);
  });
  await Promise.race([app.close(), late]);
}
