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

interface Seen {
  /** What `GET /lab/switches` answers to the admin. */
  readonly state: unknown;
  /** Of calls that must not succeed. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The OpenAPI document says something of it. */
  readonly isDocumented: boolean;
}

/** The lab is there, for whom it should be; beside it stands the `state`. */
export const GUARDED: Omit<Seen, 'state'> = {
  statuses: { nobody: 401, stranger: 401, 'foreign host': 403, 'foreign page': 403, 'no such switch': 404, 'no such fault': 404, 'no such mode': 400 },
  isDocumented: false,
};

/** @param name one of the service's switches */
export async function lookAtLab(app: NestFastifyApplication, name: string): Promise<Seen> {
  const statusWith = async (headers: Record<string, string>): Promise<number> => (await app.inject({ method: 'GET', url: '/lab/switches', headers })).statusCode;
  return {
    state: (await callLab(app, 'GET', 'switches')).body,
    statuses: {
      nobody: await statusWith({}),
      stranger: await statusWith({ authorization: 'Bearer another-token' }),
      'foreign host': await statusWith({ ...ADMIN, host: 'madang.example' }),
      'foreign page': await statusWith({ ...ADMIN, origin: 'https://madang.example' }),
      'no such switch': (await callLab(app, 'PUT', 'switches/nothing', { mode: 'x' })).status,
      'no such fault': (await callLab(app, 'PUT', 'faults/nothing', { value: 1 })).status,
      'no such mode': (await callLab(app, 'PUT', `switches/${name}`, { mode: 'nothing' })).status,
    },
    isDocumented: await isDocumented(app),
  };
}

/** There is none, for anybody, nor a word of it. */
export const ABSENT = { codes: ['route-not-found', 'route-not-found', 'route-not-found', 'route-not-found'], isDocumented: false };

export async function lookForLab(app: NestFastifyApplication): Promise<typeof ABSENT> {
  const answers = [
    await callLab(app, 'GET', 'switches'),
    await callLab(app, 'PUT', 'switches/inbox', { mode: 'inbox' }),
    await callLab(app, 'PUT', 'faults/clock-back', { value: 1 }),
    await callLab(app, 'POST', 'hidden-authors', {}),
  ];
  return { codes: answers.map(({ status, body }) => (status === 404 ? String(body['code']) : String(status))), isDocumented: await isDocumented(app) };
}

async function isDocumented(app: NestFastifyApplication): Promise<boolean> {
  return JSON.stringify((await app.inject('/docs-json')).json()).includes('/lab');
}
