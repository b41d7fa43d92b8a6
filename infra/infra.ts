/** What a test sees of the real parts; embedded processes are one implementation, containers may be another. */
export interface Infra {
  /** @throws when it was not asked for; so do the next three */
  readonly postgres: PostgresAccess;
  readonly kafka: KafkaAccess;
  readonly connect: ConnectAccess;
  readonly valkey: ValkeyAccess;
  /**
   * Faults, by name: `postgres`, `replica-1`, `replica-2`, …, `kafka`, `connect`, `valkey`.
   * @throws with the names that exist
   */
  process(name: string): InfraProcess;
  /** Sends a signal to one process of the server `name`, by the pid that the server itself tells; in a container that is not this machine's. */
  signal(name: string, pid: number, signal: NodeJS.Signals): Promise<void>;
  /** Ends every process and removes every file. */
  stop(): Promise<void>;
}

export interface InfraProcess {
  /** Resolves when it is healthy again. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL; it stays down until `start`. */
  kill(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
}

export interface PostgresServer {
  readonly port: number;
  /** As the superuser. */
  adminUrl(database?: string): string;
  /** As the role that owns the database, or as `role`: another database's owner, `cdc` or `replicator`. */
  url(database: string, role?: string): string;
}

export interface PostgresAccess extends PostgresServer {
  /** `replica-1`, `replica-2`, … */
  readonly replicas: readonly (PostgresServer & { readonly name: string })[];
}

export interface KafkaAccess {
  readonly brokers: string[];
}

export interface ConnectAccess {
  /** Of the REST interface. */
  readonly url: string;
  /** What a connector's configuration holds in place of the password of the role `cdc`. */
  readonly cdcPassword: string;
}

export interface ValkeyAccess {
  readonly url: string;
}

export interface InfraOptions {
  readonly postgres?: {
    /** Each with its owner and its slot `outbox_<database>`. Default: `member`, `board`. */
    readonly databases?: readonly string[];
    /** Streaming standbys. Default: none. */
    readonly standbys?: number;
    /**
     * The first standby takes the failover slots over. `strict`: the log reader sees no change before that standby has it, so
     * that nothing it has published is missing after a promotion. Default: no slot is taken over.
     */
    readonly slotSync?: 'loose' | 'strict';
  };
  readonly kafka?: boolean;
  /** A worker of Kafka Connect with Debezium; needs `kafka`. */
  readonly connect?: boolean;
  readonly valkey?: boolean;
}
