import { cloudEventHeaders, createKafka, ensureTopics, RecordProducer, traceHeaders } from '@madang/event-bus';
import { memberEvents, memberWithdrawn } from '@madang/events';
import { UnavailableProblem } from '@madang/service-kit';
import type { OnApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';

/** The other thing that many would write first: once it has committed, the event is produced. Two writes, and nothing that makes them one. */
export class DirectProducer implements OnApplicationShutdown {
  private connection: Promise<RecordProducer> | undefined;

  constructor(private readonly brokers: readonly string[] | undefined) {}

  async produceWithdrawal(memberId: string, aggregateVersion: number): Promise<void> {
    const event = { id: randomUUID(), type: memberWithdrawn.type, schemaVersion: memberWithdrawn.version, source: '/member', aggregateId: memberId, aggregateVersion, time: new Date().toISOString() };
    const record = { topic: memberEvents.name, key: memberId, value: JSON.stringify({ memberId }), headers: { ...cloudEventHeaders(event), ...traceHeaders() } };
    try {
      await (await this.connected()).send([record]);
    } catch (cause) {
      throw new UnavailableProblem('event-not-produced', { detail: 'You have withdrawn, and nobody could be told.', cause });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await (await this.connection?.catch(() => undefined))?.close();
  }

  private connected(): Promise<RecordProducer> {
    this.connection ??= this.connect().catch((error: unknown) => {
      this.connection = undefined;
      throw error;
    });
    return this.connection;
  }

  private async connect(): Promise<RecordProducer> {
    if (this.brokers === undefined) throw new Error('LAB_KAFKA_BROKERS is needed for a dual write.');
    const kafka = createKafka({ clientId: 'member', brokers: [...this.brokers] });
    await ensureTopics(kafka, [memberEvents]);
    const producer = new RecordProducer(kafka);
    await producer.connect();
    return producer;
  }
}
