import { Logger } from '@nestjs/common';
import { Kafka, logLevel, type LogEntry } from 'kafkajs';
import { forgetHalfResponses } from './kafkajs/connection';
import { stopIdleQueueSpin } from './kafkajs/request-queue';
import { replaceProduceEncoder } from './kafkajs/replace-produce-encoder';

stopIdleQueueSpin();
forgetHalfResponses();
replaceProduceEncoder();

export interface KafkaClientOptions {
  /** Name of the service, seen in the broker's logs and quotas. */
  readonly clientId: string;
  /** `host:port` of one or more brokers. */
  readonly brokers: readonly string[];
  /** How often a call is repeated before it fails. Default: 60, some 25 s; fewer for whoever looks again by themselves. */
  readonly retries?: number;
}

/** A KafkaJS client with the platform's time-outs and with its log lines in Nest's logger. */
export function createKafka({ clientId, brokers, retries = 60 }: KafkaClientOptions): Kafka {
  return new Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    // KafkaJS starts at 300 ms, which is 50 round trips on a local broker (kafkajs#304). A broker that is back is seen within
    // half a second; one that is away for more than 25 s is waited for by whoever asked.
    retry: { initialRetryTime: 20, maxRetryTime: 500, retries },
    logLevel: logLevel.WARN,
    logCreator: () => forwardToNest,
  });
}

const logger = new Logger('Kafka');

// Our producer sends one request at a time and takes a new id after one that failed, so bounded retries invalidate nothing.
const EXPECTED = /^Limiting retries for the idempotent producer/;

// A broker that has just started says so for a second, and KafkaJS asks again by itself. That a connection was refused has
// been said when the pool says that it tries again.
const PASSING = /coordinator is (loading|not available)|Failed to connect to seed broker/;

function forwardToNest({ level, namespace, log }: LogEntry): void {
  const { message, error, groupId, broker, retryCount } = log;
  if (EXPECTED.test(message)) return;
  const details = Object.entries({ error, groupId, broker, retryCount })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
  const line = `${namespace ? `[${namespace}] ` : ''}${message} ${details}`;
  // KafkaJS calls each attempt that it is about to repeat an error; what it gives up on is thrown, and logged by us.
  if (level <= logLevel.WARN && !PASSING.test(line)) logger.warn(line);
  else logger.debug(line);
}
