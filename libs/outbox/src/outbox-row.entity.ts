import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A row of the insert-only table `outbox`; column names as Debezium's event router expects them. */
@Entity('outbox')
export class OutboxRow {
  /** UUIDv7; it becomes `ce_id` and the consumer's inbox key. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text', { name: 'aggregatetype' })
  aggregateType!: string;

  @Column('text', { name: 'aggregateid' })
  aggregateId!: string;

  @Column('integer', { name: 'aggregateversion' })
  aggregateVersion!: number;

  @Column('text')
  type!: string;

  @Column('integer', { name: 'schemaversion' })
  schemaVersion!: number;

  @Column('jsonb')
  payload!: object;

  /** W3C trace context of the request that caused the event, if it was traced. */
  @Column('text', { nullable: true })
  traceparent!: string | null;

  @Column('timestamptz', { name: 'createdat', default: () => 'clock_timestamp()' })
  createdAt!: Date;
}
