import { text, uuid } from '@madang/service-kit';
import { z } from 'zod';

export const Email = z
  .email()
  .max(254)
  .trim()
  .toLowerCase()
  .meta({ description: 'Compared without regard to case', example: 'mina@example.com' });

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
