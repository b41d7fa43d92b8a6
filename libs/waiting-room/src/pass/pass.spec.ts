import { generateKeyPairSync } from 'node:crypto';
import { createLocalJWKSet, errors, type JWK } from 'jose';
import { PassIssuer } from './pass-issuer';
import { PassVerifier } from './pass-verifier';

function newKey(kid: string): JWK {
  return { ...(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK), kid };
}

const [old, fresh] = [newKey('old'), newKey('new')];
const pass = { room: 'event-product', visitor: 'mina', id: 'event-product:1', expiresAt: Math.floor(Date.now() / 1_000) + 60 };
const verifierOf = (...keys: JWK[]): PassVerifier => new PassVerifier(createLocalJWKSet(new PassIssuer(keys).publicKeys));

it('says what was issued, and the same admission gives the same pass', async () => {
  const issuer = new PassIssuer([old]);
  expect(await verifierOf(old).verify(await issuer.issue(pass), pass.room)).toEqual(pass);
  expect(await issuer.issue(pass)).toBe(await issuer.issue(pass));
});

it('publishes no private key', () => {
  for (const key of new PassIssuer([old, fresh]).publicKeys.keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
});

it('changes its key while passes of the old one hold', async () => {
  const token = await new PassIssuer([old]).issue(pass);
  const rotated = await new PassIssuer([fresh, old]).issue(pass);
  for (const each of [token, rotated]) expect(await verifierOf(fresh, old).verify(each, pass.room)).toEqual(pass);
  expect(await verifierOf(fresh).verify(rotated, pass.room)).toEqual(pass);
  await expect(verifierOf(fresh).verify(token, pass.room)).rejects.toThrow('The pass was not made by this waiting room.');
});

it('tells expired, of another room, and forged apart', async () => {
  const issuer = new PassIssuer([old]);
  const verify = async (change: Partial<typeof pass>, room = pass.room) => verifierOf(old).verify(await issuer.issue({ ...pass, ...change }), room);
  await expect(verify({ expiresAt: 1 })).rejects.toThrow('The pass has expired. Enter the waiting room for another one.');
  await expect(verify({}, 'another')).rejects.toThrow('The pass is of another room.');
});

it('does not take keys that cannot be read for a forged pass', async () => {
  const away = new PassVerifier(() => Promise.reject(new TypeError('fetch failed')));
  await expect(away.verify(await new PassIssuer([old]).issue(pass), pass.room)).rejects.toThrow(TypeError);
  // As jose's createRemoteJWKSet says it: no answer in time, an answer that is no key set, another answer than 200.
  for (const error of [new errors.JWKSTimeout(), new errors.JWKSInvalid(), new errors.JOSEError('Expected 200 OK from the JSON Web Key Set HTTP response')]) {
    await expect(new PassVerifier(() => Promise.reject(error)).verify(await new PassIssuer([old]).issue(pass), pass.room)).rejects.toBe(error);
  }
});

it.each([[[]], [[{ kty: 'OKP', crv: 'Ed25519', kid: 'public', x: 'AA' }]], [[{ ...old, kid: undefined }]], [[{ ...old, crv: 'X25519' }]]])('takes no keys such as %j', (keys) => {
  expect(() => new PassIssuer(keys as JWK[])).toThrow(RangeError);
});
