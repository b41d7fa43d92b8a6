import { startFixture, stopFixtures } from '../../test/start-fixture';

afterAll(stopFixtures);

it('answers a flood 429 with Retry-After, for unknown paths too, and leaves health and metrics alone', async () => {
  const app = await startFixture({}, { RATE_LIMIT_PER_SECOND: '20' });
  const flood = await Promise.all(Array.from({ length: 60 }, (_, index) => app.inject(index % 2 === 0 ? '/notes' : '/nothing')));
  const refused = flood.filter(({ statusCode }) => statusCode === 429);
  expect(refused.length).toBeGreaterThanOrEqual(40 - 20); // a second may turn over in between
  expect(refused[0]?.headers).toMatchObject({ 'retry-after': '1', 'content-type': expect.stringContaining('problem+json') });
  expect(refused[0]?.json()).toMatchObject({ status: 429, code: 'too-many-requests' });
  for (const url of ['/health/live', '/health/ready', '/metrics']) {
    expect((await app.inject(url)).statusCode).toBe(200);
  }
});

it('does not believe a client about its address', async () => {
  const app = await startFixture({}, { RATE_LIMIT_PER_SECOND: '10' });
  const flood = await Promise.all(
    Array.from({ length: 40 }, (_, index) => app.inject({ url: '/notes', headers: { 'x-forwarded-for': `10.0.0.${index}` } })),
  );
  expect(flood.some(({ statusCode }) => statusCode === 429)).toBe(true);
});
