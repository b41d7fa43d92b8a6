import { queryInteger } from '@madang/service-kit';
import { z } from 'zod';

const MOST = 1_000;

/** `GET /waiting-rooms/:room/admissions` */
export const AdmissionQuery = z.strictObject({
  after: queryInteger({ min: 0, max: Number.MAX_SAFE_INTEGER }).default(0).meta({ description: 'Number of the last one that is known; 0 for the first page' }),
  limit: queryInteger({ min: 1, max: MOST }).default(100).meta({ description: `At most so many, up to ${MOST}` }),
});
export type AdmissionQuery = z.output<typeof AdmissionQuery>;

const admission = z.object({
  seq: z.int().meta({ example: 1 }),
  visitorSha1: z.string().meta({ description: 'SHA-1, in hex, of the visitor, who stands in the ticket: they find themselves, others do not find them' }),
  ticket: z.int().meta({ description: 'Microseconds since 1970' }),
  admittedAt: z.int().meta({ description: 'Microseconds since 1970' }),
  limit: z.int().meta({ description: 'The rate that held' }),
  windowUs: z.int(),
  hash: z.string().meta({ description: 'SHA-1, in hex, of "<hash before>|<seq>|<visitorSha1>|<ticket>|<admittedAt>|<limit>|<windowUs>"; before the first one it is empty' }),
});

export const AdmissionLog = z
  .object({
    items: z.array(admission),
    head: z.string().meta({ description: 'JWS of {room, seq, hash} of the last admission, by a key of /.well-known/jwks.json: kept, it proves later that the past has stayed, or has not' }),
  })
  .meta({ id: 'AdmissionLog' });
export type AdmissionLog = z.output<typeof AdmissionLog>;
