import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFixture, stopFixtures } from '../../test/start-fixture';
import { HealthRegistry } from './health-registry';

afterEach(stopFixtures);

it('is ready while every check passes, and names those that do not', async () => {
  let down = false;
  const postgres = () => (down ? Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:15432')) : Promise.resolve());
  const app = await startFixture({ checks: { postgres, kafka: () => Promise.resolve() } });
  expect((await app.inject('/health/ready')).json()).toEqual({ status: 'ok' });

  down = true;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const response = await app.inject('/health/ready');
  expect(response.statusCode).toBe(503);
  expect(response.headers).toMatchObject({ 'content-type': expect.stringContaining('problem+json'), 'retry-after': '1' });
  expect(response.json()).toMatchObject({ code: 'not-ready', detail: 'Failing: postgres' });
  expect((await app.inject('/health/live')).statusCode).toBe(200);
});

it('logs why a check fails, once, and that it passes again', async () => {
  const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  const told = jest.spyOn(Logger.prototype, 'log').mockImplementation();
  let down = true;
  const registry = new HealthRegistry();
  registry.add('kafka', () => (down ? Promise.reject(new Error('no answer')) : Promise.resolve()));
  await registry.failing();
  await sleep(300);
  await registry.failing();
  expect(warned.mock.calls).toEqual([['not ready: kafka: Error: no answer']]);
  down = false;
  await sleep(300);
  await registry.failing();
  expect(told.mock.calls).toEqual([['ready again: kafka']]);
  jest.restoreAllMocks();
});

it('treats a check that throws or hangs as failed', async () => {
  const registry = new HealthRegistry();
  registry.add('throws', () => {
    throw new Error('at once');
  });
  registry.add('hangs', () => new Promise(() => undefined));
  const since = Date.now();
  expect(await registry.failing()).toEqual(['throws', 'hangs']);
  expect(Date.now() - since).toBeLessThan(3_000);
});

it('asks a dependency once, however many ask for readiness', async () => {
  const check = jest.fn(() => Promise.resolve());
  const app = await startFixture({ checks: { check } });
  await Promise.all(Array.from({ length: 200 }, () => app.inject('/health/ready')));
  expect(check.mock.calls.length).toBeLessThan(5);
});

it('is not ready while it shuts down', async () => {
  const app = await startFixture();
  app.get(HealthRegistry).drain();
  expect((await app.inject('/health/ready')).json()).toMatchObject({ status: 503, detail: 'Failing: shutting-down' });
});
