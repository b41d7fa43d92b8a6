import { httpUrl, port, postgresUrl } from '@madang/service-kit';
import { z } from 'zod';

/** An Ed25519 private key as JWK (RFC 8037), JSON in one variable; `npm start` generates it. */
const privateKey = z
  .string()
  .transform((text, refinement) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      refinement.addIssue({ code: 'custom', message: 'expected a JWK as JSON' });
      return z.NEVER;
    }
  })
  .pipe(
    z.object(
      { kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string(), kid: z.string().min(1) },
      { error: 'expected an Ed25519 private key as JWK with kid' },
    ),
  );

export const memberConfig = z.object({
  MEMBER_PORT: port(8101),
  MEMBER_DATABASE_URL: postgresUrl(),
  MEMBER_JWT_PRIVATE_KEY: privateKey,
  AUTH_ISSUER: httpUrl(),
  AUTH_AUDIENCE: z.string().default('madang'),
});

export type MemberConfig = z.output<typeof memberConfig>;
