import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService } from '../src/index';
import { fixtureService } from './fixture-service';

const apps: NestFastifyApplication[] = [];

/** A fixture service in this process that answers `inject` without listening. */
export async function startFixture(
  settings: Parameters<typeof fixtureService>[0] = {},
  env: NodeJS.ProcessEnv = {},
): Promise<NestFastifyApplication> {
  const { app } = await createService(fixtureService(settings), { NOTES_PORT: '8199', LOG_LEVEL: 'silent', ...env });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  apps.push(app);
  return app;
}

export async function stopFixtures(): Promise<void> {
  await Promise.all(apps.splice(0).map((app) => app.close()));
}
