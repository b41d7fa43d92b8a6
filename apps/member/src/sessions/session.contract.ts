import { uuid } from '@madang/service-kit';
import { z } from 'zod';
import { Email, Password } from '../members/member.contract';

/** `POST /sessions` */
export const Credentials = z.strictObject({ email: Email, password: Password }).meta({ id: 'Credentials' });
export type Credentials = z.output<typeof Credentials>;

export const Session = z
  .object({ accessToken: z.string().meta({ description: 'JWT (EdDSA), good for one hour' }), memberId: uuid() })
  .meta({ id: 'Session' });
export type Session = z.output<typeof Session>;
