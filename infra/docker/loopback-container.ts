import { GenericContainer, getContainerRuntimeClient, type StartedNetwork, type StartedTestContainer } from 'testcontainers';
import { waitUntil } from '../core/wait-until.ts';
import type { InfraProcess } from '../infra.ts';

const START_TIMEOUT_MS = 90_000;
/** The shape of Docker's own answer to a container that already is as it was asked to be. */
const UNCHANGED = 304;

/** A container whose ports are on this machine's loopback only, and the same ones after each start. */
export class LoopbackContainer extends GenericContainer {
  withLoopbackPort(container: number, host: number): this {
    this.withExposedPorts({ container, host });
    this.hostConfig.PortBindings = { ...(this.hostConfig.PortBindings as object), [`${container}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(host) }] };
    return this;
  }

  /** On this network alone, and from the first: testcontainers would make it on the engine's default network, which an engine need not have, and add this one. */
  onNetwork(network: StartedNetwork, alias: string): this {
    this.createOpts.NetworkingConfig = { EndpointsConfig: { [network.getName()]: { Aliases: [alias] } } };
    return this.withNetwork(network);
  }
}

/** A container as tests treat a process; `checkHealth` throws until it is healthy. */
export function asProcess(testContainer: StartedTestContainer, checkHealth: () => Promise<void>): InfraProcess {
  const engine = async (): ReturnType<typeof handleOf> => handleOf(testContainer.getId());
  return {
    start: async () => {
      await unlessUnchanged((await engine()).start());
      await waitUntil(checkHealth, { what: `${testContainer.getName()} healthy`, timeoutMs: START_TIMEOUT_MS });
    },
    stop: async () => unlessUnchanged((await engine()).stop({ t: 20 })),
    kill: async () => void (await (await engine()).kill({ signal: 'SIGKILL' })),
    pause: async () => void (await (await engine()).pause()),
    resume: async () => {
      const container = await engine();
      // As SIGCONT, which means nothing to what runs; the engine refuses to go on with what is not paused.
      if ((await container.inspect()).State.Paused) await container.unpause();
    },
  };
}

async function handleOf(id: string): Promise<ReturnType<Awaited<ReturnType<typeof getContainerRuntimeClient>>['container']['getById']>> {
  return (await getContainerRuntimeClient()).container.getById(id);
}

async function unlessUnchanged(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof Error && 'statusCode' in error && error.statusCode === UNCHANGED)) throw error;
  });
}
