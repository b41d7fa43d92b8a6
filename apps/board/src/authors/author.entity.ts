import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the board knows of a member: whether they have withdrawn. The row is what a post and a withdrawal both lock. */
@Entity('author')
export class Author {
  /** The member's id. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('timestamptz', { name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;
}
