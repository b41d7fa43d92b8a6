import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A member. After the withdrawal only the row's id, times and version remain: the personal data is gone. */
@Entity('member')
export class Member {
  /** UUIDv7 */
  @PrimaryColumn('uuid')
  id!: string;

  /** Lower case and unique; null after the withdrawal. */
  @Column('text', { nullable: true })
  email!: string | null;

  @Column('text', { nullable: true })
  nickname!: string | null;

  /** Argon2id in PHC format; null after the withdrawal. */
  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  /** Version of the last event; raised in the transaction that writes the event. */
  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;
}
