import { text, uuid } from '@madang/service-kit';
import { z } from 'zod';

/** Trimmed and in lower case before it is checked; the document describes what is sent, hence the format and length said again. */
export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email())
  .meta({ description: 'Compared without regard to case', format: 'email', maxLength: 254, example: 'mina@example.com' });

export const Password = text(128).min(8).meta({ example: 'correct horse battery' });

/** `POST /members` */
export const NewMember = z
  .strictObject({ email: Email, nickname: text(40).meta({ example: 'mina' }), password: Password })
  .meta({ id: 'NewMember' });
export type NewMember = z.output<typeof NewMember>;

/** What anybody may see of a member. */
export const MemberView = z
  .object({ id: uuid(), nickname: z.string().meta({ example: 'mina' }), createdAt: z.iso.datetime() })
  .meta({ id: 'Member' });
export type MemberView = z.output<typeof MemberView>;

/** A member's row, as the queries of this service return it. */
export interface VisibleMember {
  readonly id: string;
  readonly nickname: string;
  readonly createdAt: Date;
}

export function memberView({ id, nickname, createdAt }: VisibleMember): MemberView {
  return { id, nickname, createdAt: createdAt.toISOString() };
}
