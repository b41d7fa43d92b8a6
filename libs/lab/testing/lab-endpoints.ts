import type { NestFastifyApplication } from '@nestjs/platform-fastify';

export const ADMIN_TOKEN = 'an-admin-token-of-a-test';
/** What the sandbox sets. */
export const LAB = { MADANG_LAB: '1', NODE_ENV: 'development', ADMIN_TOKEN };

const ADMIN = { authorization: `Bearer ${ADMIN_TOKEN}` };

type Method = 'GET' | 'PUT' | 'POST';

export async function callLab(app: NestFastifyApplication, method: Method, path: string, payload?: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await app.inject({ method, url: `/lab/${path}`, headers: ADMIN, ...(payload ? { payload } : {}) });
  return { status: response.statusCode, body: response.body === '' ? {} : response.json<Record<string, unknown>>() };
}

export async function turn(app: NestFastifyApplication, name: string, mode: string): Promise<void> {
  const { status, body } = await callLab(app, 'PUT', `switches/${name}`, { mode });
  if (status !== 200) throw new Error(`${name} -> ${mode} answers ${status}: ${JSON.stringify(body)}`);
}

export async function tell(app: NestFastifyApplication, fault: string, value: number): Promise<void> {
  const { status, body } = await callLab(app, 'PUT', `faults/${fault}`, { value });
  if (status !== 200) throw new Error(`${fault} = ${value} answers ${status}: ${JSON.stringify(body)}`);
}

/** The lab is there, for whom it should be. @param state what a service answers after its start */
export async function expectGuardedLab(app: NestFastifyApplication, state: object): Promise<void> {
  expect(await callLab(app, 'GET', 'switches')).toEqual({ status: 200, body: state });
  const statusWith = async (headers: Record<string, string>): Promise<number> => (await app.inject({ method: 'GET', url: '/lab/switches', headers })).statusCode;
  expect(await statusWith({})).toBe(401);
  expect(await statusWith({ authorization: 'Bearer another-token' })).toBe(401);
  expect(await statusWith({ ...ADMIN, host: 'madang.example' })).toBe(403);
  expect(await statusWith({ ...ADMIN, origin: 'https://madang.example' })).toBe(403);
  expect((await callLab(app, 'PUT', 'switches/nothing', { mode: 'x' })).status).toBe(404);
  expect((await callLab(app, 'PUT', 'faults/nothing', { value: 1 })).status).toBe(404);
  expect(JSON.stringify((await app.inject('/docs-json')).json())).not.toContain('/lab');
}

/** There is none, for anybody, nor a word of it. */
export async function expectNoLab(app: NestFastifyApplication): Promise<void> {
  for (const [method, path] of [['GET', 'switches'], ['PUT', 'switches/inbox'], ['PUT', 'faults/clock-back'], ['POST', 'hidden-authors']] as const) {
    const { status, body } = await callLab(app, method, path, method === 'GET' ? undefined : {});
    expect({ path, status, code: body['code'] }).toEqual({ path, status: 404, code: 'route-not-found' });
  }
  expect(JSON.stringify((await app.inject('/docs-json')).json())).not.toContain('/lab');
}
