import type { z } from 'zod';
import { createService, type ServiceOptions } from './create-service';
import { exitOnCrash } from './lifecycle/crash';
import { shutDownOnSignals } from './lifecycle/shutdown';
import { startupFault, variableReadBy } from './lifecycle/startup-fault';

/**
 * Starts a service and gives it everything that services share; the whole of an application's `main.ts`.
 *
 * Never rejects. What keeps the service from starting is said in one message on standard error, and the process ends
 * with exit code 1 before it listens.
 */
export async function bootstrap<S extends z.ZodObject>(options: ServiceOptions<S>): Promise<void> {
  let portVariable = 'the port';
  try {
    const { app, config, kit, logger } = await createService(options);
    exitOnCrash(logger);
    shutDownOnSignals(app, logger);
    portVariable = variableReadBy(config, options.port);
    await options.connect?.(app, config);
    await app.listen(kit.LISTEN_FD === undefined ? { port: options.port(config), host: kit.HOST } : { fd: kit.LISTEN_FD });
    logger.info({ url: await app.getUrl() }, `${options.name} listens`);
  } catch (error) {
    const fault = startupFault(error, portVariable);
    // The logger may not exist yet, and a person reads this.
    process.stderr.write(`${options.name}: ${fault ?? (error instanceof Error ? error.stack : String(error))}\n`);
    process.exit(1);
  }
}
