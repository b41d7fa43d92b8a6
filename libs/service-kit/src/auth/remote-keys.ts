import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/**
 * The issuer's keys over HTTP, cached for ten minutes. Once fetched they outlive the issuer: while it is away, tokens
 * signed with a known key stay good. An unknown key id asks again, at most every two seconds.
 */
export function remoteKeys(url: string): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(url), {
    timeoutDuration: 2_000,
    cooldownDuration: 2_000,
    cacheMaxAge: 600_000,
  });
  let lastGood: JWTVerifyGetKey | undefined;
  return async (header, token) => {
    try {
      const key = await remote(header, token);
      const fetched = remote.jwks();
      if (fetched !== undefined) lastGood = createLocalJWKSet(fetched);
      return key;
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || lastGood === undefined) throw error;
      return lastGood(header, token);
    }
  };
}
