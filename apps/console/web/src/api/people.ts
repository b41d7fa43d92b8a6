import type { ConsoleApi, ServiceAnswer } from './console-api';

export interface Person {
  readonly id: string;
  readonly nickname: string;
  readonly email: string;
  readonly token: string;
}

/** Members of a sandbox need no secret; their addresses are nobody's. */
const PASSWORD = 'correct horse battery';

/** Registers somebody new and signs them in. @throws Error with what the service said */
export async function newPerson(api: ConsoleApi, nickname: string): Promise<Person> {
  const email = `${nickname}-${crypto.randomUUID().slice(0, 8)}@example.com`;
  const registered = await api.service<{ id: string }>({ service: 'member', method: 'POST', path: '/members', body: { email, nickname, password: PASSWORD } });
  succeeded(registered);
  const session = await api.service<{ accessToken: string }>({ service: 'member', method: 'POST', path: '/sessions', body: { email, password: PASSWORD } });
  succeeded(session);
  return { id: registered.body.id, nickname, email, token: session.body.accessToken };
}

export function succeeded(answer: ServiceAnswer<unknown>): void {
  if (answer.ok) return;
  const { service, method, path } = answer.call;
  throw new Error(`${service}: ${method} ${path} → ${answer.status} ${detailOf(answer.body)}`);
}

export function detailOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return typeof body === 'string' ? body.slice(0, 200) : '';
  const { detail, title } = body as { detail?: unknown; title?: unknown };
  const said = detail ?? title;
  return typeof said === 'string' ? said : '';
}
