import { temporarySandbox } from '../../infra/sandbox/temporary-sandbox.ts';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import type { ProcessDefinition } from '../../infra/process/process-definition.ts';
import { sandboxTopology, type TopologyContext } from '../../infra/sandbox/topology.ts';

/** Each engine has a database, and with it an outbox, a slot and a topic, of its own on the same server and broker. */
export const DATABASE_OF = { embedded: 'member', debezium: 'board' } as const;
export type Engine = keyof typeof DATABASE_OF;
export const ENGINES = Object.keys(DATABASE_OF) as Engine[];

/** The parts that carry rows to a topic, and nothing that reads the topics. */
const PARTS: ReadonlySet<string> = new Set(['postgres', 'kafka', 'connect', 'migrate:member', 'migrate:board']);

/** The platform's own log reader and its own Debezium, side by side, with the settings of `npm start`. */
export async function startTwoEngines(): Promise<{ readonly sandbox: Sandbox; dispose(): Promise<void> }> {
  const started = await temporarySandbox({ cdc: 'debezium', topology: twoEngines });
  await started.sandbox.start();
  return started;
}

function twoEngines(context: TopologyContext): ProcessDefinition[] {
  const all = sandboxTopology(context);
  const cdc = all.find(({ name }) => name === 'cdc');
  if (!cdc) throw new Error('The topology has no cdc process');
  const parts = all.filter(({ name }) => PARTS.has(name));
  // The relay does not run here: its port is free for the second.
  return [...parts, engineProcess(cdc, 'embedded', context.ports.CDC_PORT), engineProcess(cdc, 'debezium', context.ports.RELAY_PORT)];
}

function engineProcess(cdc: ProcessDefinition, engine: Engine, port: number): ProcessDefinition {
  const ready = async (): Promise<void> => {
    const { ok, status } = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) });
    if (!ok) throw new Error(`/health/ready answers ${status}`);
  };
  const { takeover: _ofItsOwnPort, ...definition } = cdc;
  return {
    ...definition,
    name: engine,
    ports: [{ variable: 'CDC_PORT', port }],
    checkHealth: ready,
    launch: () => {
      const launch = cdc.launch();
      const urls = (launch.env['CDC_DATABASE_URLS'] ?? '').split(',').filter((url) => url.endsWith(`/${DATABASE_OF[engine]}`));
      const env = { ...launch.env, CDC_ENGINE: engine, CDC_PORT: String(port), CDC_DATABASE_URLS: urls.join(',') };
      return { ...launch, env };
    },
  };
}
