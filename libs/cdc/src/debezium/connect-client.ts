/** Longest wait for an answer. Registering takes a second or two: the worker then asks PostgreSQL. */
const ANSWER_TIMEOUT_MS = 10_000;

type RunState = 'UNASSIGNED' | 'RUNNING' | 'PAUSED' | 'FAILED' | 'RESTARTING' | 'STOPPED' | 'DESTROYED';

interface StateOnWorker {
  readonly state: RunState;
  readonly worker_id: string;
  /** Java's stack trace, of a failed one. */
  readonly trace?: string;
}

export interface ConnectorStatus {
  readonly connector: StateOnWorker;
  readonly tasks: readonly (StateOnWorker & { readonly id: number })[];
}

/** Kafka Connect cannot be reached, or its workers are just dividing the work among themselves: to be asked again. */
export class ConnectUnavailableError extends Error {
  override readonly name = 'ConnectUnavailableError';
}

/** Kafka Connect has refused what was asked. */
export class ConnectRefusedError extends Error {
  override readonly name = 'ConnectRefusedError';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Kafka Connect's REST interface, for one connector.
 * @see https://kafka.apache.org/43/kafka-connect/user-guide/#rest-api
 */
export class ConnectClient {
  constructor(
    private readonly url: string,
    private readonly connector: string,
  ) {}

  /** Null where there is no such connector. */
  config(): Promise<Record<string, string> | null> {
    return this.orNull(this.call('GET', `${this.path}/config`));
  }

  status(): Promise<ConnectorStatus | null> {
    return this.orNull(this.call('GET', `${this.path}/status`));
  }

  /** A new connector, which does not run before {@link resume}. */
  async create(config: Readonly<Record<string, string>>): Promise<void> {
    await this.call('POST', '/connectors', { name: this.connector, config, initial_state: 'STOPPED' });
  }

  /** Also restarts what runs. */
  async configure(config: Readonly<Record<string, string>>): Promise<void> {
    await this.call('PUT', `${this.path}/config`, config);
  }

  /** Restarts the connector and its tasks where they have failed. */
  async restartFailed(): Promise<void> {
    await this.call('POST', `${this.path}/restart?includeTasks=true&onlyFailed=true`);
  }

  async stop(): Promise<void> {
    await this.call('PUT', `${this.path}/stop`);
  }

  async resume(): Promise<void> {
    await this.call('PUT', `${this.path}/resume`);
  }

  /** What Kafka Connect remembers for the connector, by partition of the source; empty if nothing. */
  async offsets(): Promise<readonly { readonly offset: Readonly<Record<string, unknown>> | null }[]> {
    const { offsets } = await this.call<{ offsets: { offset: Record<string, unknown> | null }[] }>('GET', `${this.path}/offsets`);
    return offsets;
  }

  private get path(): string {
    return `/connectors/${encodeURIComponent(this.connector)}`;
  }

  private async orNull<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ConnectRefusedError && error.status === 404) return null;
      throw error;
    }
  }

  private async call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const { status, text } = await this.exchange(method, path, body);
    // A rebalance (409) passes; so does a worker that starts or has lost Kafka (5xx).
    if (status === 409 || status >= 500) throw new ConnectUnavailableError(`Kafka Connect answers ${status}: ${messageIn(text)}`);
    if (status >= 400) throw new ConnectRefusedError(status, `Kafka Connect answers ${status}: ${messageIn(text)}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }

  private async exchange(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    try {
      const response = await fetch(this.url + path, {
        method,
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      throw new ConnectUnavailableError(`Kafka Connect does not answer at ${this.url}`, { cause });
    }
  }
}

function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message);
  } catch {
    return text.slice(0, 500);
  }
}
