import type { Page } from 'playwright-core';
import { PlatformClient } from '../platform-client.ts';
import type { Stack } from '../stack.ts';
import { until } from '../until.ts';
import { consoleUrl } from './console-page.ts';

/** Something that happens in the platform, and where a pane shows it: there, the text changes to one that holds this. */
export interface Happening {
  readonly pane: string;
  readonly testId: string;
  /** Undefined until it has happened: an id, for instance. */
  holds(): string | RegExp;
  /** What a pane needs before. */
  prepare?(): Promise<unknown>;
  happen(): Promise<unknown>;
}

export function happenings(stack: Stack, page: Page): Happening[] {
  const client = new PlatformClient(stack.addresses);
  const visitors = `${stack.addresses.queue}/waiting-rooms/event-product/visitors`;
  const lab = async (method: string, path: string, body: object): Promise<void> => {
    const response = await fetch(`${consoleUrl(stack.sandbox)}${path}`, { method, headers: { authorization: `Bearer ${stack.sandbox.secrets.adminToken}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  };
  let id = '';
  let mode = 'uuidv7';
  const register = async (): Promise<void> => {
    const { status, body } = await client.register(`${crypto.randomUUID()}@example.com`);
    if (status !== 201) throw new Error(`register: ${status}`);
    id = body.id.slice(-8);
  };
  return [
    { pane: 'map', testId: 'records', holds: () => id, happen: register },
    { pane: 'timeline', testId: 'traces', holds: () => /POST \/members|member\.registered/, happen: register },
    { pane: 'replicas', testId: 'reads', holds: () => /replica-\d|primary/, happen: () => client.posts('limit=1') },
    { pane: 'room', testId: 'waiting', holds: () => /\d/, prepare: () => client.call('POST', visitors), happen: () => Promise.all(Array.from({ length: 12 }, () => client.call('POST', visitors))) },
    { pane: 'kafka/member.events.v1', testId: 'tail', holds: () => id, happen: register },
    { pane: 'services', testId: 'process-id', holds: () => /^id(?!healthy)/, happen: () => stack.sandbox.process('id').kill() },
    { pane: 'ids', testId: 'ids', holds: () => /[0-9a-f-]{36}/, prepare: () => until(() => client.call('GET', `${stack.addresses.id}/health/ready`), ({ status }) => status === 200), happen: () => page.getByTestId('make-uuidv7').click() },
    { pane: 'faults', testId: 'active', holds: () => /s left/, happen: () => lab('POST', '/lab/faults', { name: 'replica-2-lags' }) },
    {
      pane: 'switches',
      testId: 'switches',
      holds: () => (mode === 'uuidv7' ? 'pattern' : 'naive'),
      happen: () => {
        mode = mode === 'uuidv7' ? 'uuidv4' : 'uuidv7';
        return lab('PUT', '/lab/switches/ids', { mode });
      },
    },
  ];
}
