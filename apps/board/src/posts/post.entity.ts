import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('post')
export class Post {
  /** UUIDv7: the newest post has the greatest id. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'author_id' })
  authorId!: string;

  /** Null once hidden, like the body: the words may be personal data. */
  @Column('text', { nullable: true })
  title!: string | null;

  @Column('text', { nullable: true })
  body!: string | null;

  /** Version of the last event; raised in the transaction that writes the event. */
  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** Set when the author takes the post down or withdraws; nobody sees it from then on. */
  @Column('timestamptz', { name: 'hidden_at', nullable: true })
  hiddenAt!: Date | null;
}
