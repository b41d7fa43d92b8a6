import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Remembers that a consumer has applied a message. Keep rows longer than any message can be delivered again. */
@Entity('inbox')
export class InboxRow {
  @PrimaryColumn('text')
  consumer!: string;

  @PrimaryColumn('uuid', { name: 'message_id' })
  messageId!: string;

  @Column('timestamptz', { name: 'processed_at', default: () => 'clock_timestamp()' })
  processedAt!: Date;
}
