import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalJWKSet, type JWK, SignJWT } from 'jose';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { PassIssuer, PassVerifier, Tickets } from '../src/index';
import { crossed, mutantsOf, randomFrom } from './mutants';
import { type Opened, openRooms, passKey, TICKET_KEY } from './rooms';

const MUTANTS = 5_000; // of tickets, and of passes
const SEED = Number(process.env['MADANG_SEED'] ?? 20_261_128);
const ROOM = 'event-product';
const key = passKey();

let infra: Infra;
let one: Opened;
let verifier: PassVerifier;

beforeAll(async () => {
  infra = await startInfra({ valkey: true });
  const issuer = new PassIssuer([key]);
  one = openRooms(infra.valkey.url, undefined, issuer);
  verifier = new PassVerifier(createLocalJWKSet(issuer.publicKeys));
  for (const room of [ROOM, 'another']) await one.rooms.configure(room, { limit: 100, intervalMs: 60_000 });
});
afterAll(async () => {
  one?.close();
  await infra?.stop();
});

/** Codes of what each was refused with; `accepted` if it was not. */
async function outcomes(texts: readonly string[], use: (text: string) => Promise<unknown>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const text of texts) {
    const outcome = await use(text).then(
      () => `accepted ${JSON.stringify(text)}`,
      (error: Error & { code?: string }) => error.code ?? error.name,
    );
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

async function ticketIn(room: string): Promise<string> {
  return (await one.rooms.enter(room)).ticket ?? '';
}

async function passIn(room: string): Promise<string> {
  const place = await one.rooms.enter(room);
  if (place.status !== 'admitted') throw new Error('It waits.');
  return place.pass;
}

it(`refuses ${MUTANTS} altered, forged and crossed tickets, in poll, enter and leave`, async () => {
  const [ticket, second, elsewhere] = [await ticketIn(ROOM), await ticketIn(ROOM), await ticketIn('another')];
  const content = ticket.slice(0, ticket.lastIndexOf('.'));
  const [, , , visitor = '', number] = ticket.split('.');
  const forged = [
    new Tickets(['another key of thirty-two bytes or more']).sign({ room: ROOM, visitor, number: Number(number) }),
    ...['', 'a', TICKET_KEY.slice(1), ROOM].map((secret) => `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`),
    `${content}.`,
    content,
    '',
    elsewhere,
  ];
  const texts = [...forged, ...crossed(ticket, second), ...crossed(ticket, elsewhere)];
  texts.push(...mutantsOf(ticket, MUTANTS - texts.length, randomFrom(SEED)));
  const uses = [(text: string) => one.rooms.poll(ROOM, text), (text: string) => one.rooms.enter(ROOM, { ticket: text }), (text: string) => one.rooms.leave(ROOM, text)];
  for (const use of uses) expect(await outcomes(texts, use)).toEqual({ WAITING_ROOM_INVALID_TICKET: MUTANTS });
  expect(await one.rooms.poll(ROOM, ticket)).toMatchObject({ ticket }); // the control
});

it(`refuses ${MUTANTS} altered, forged, expired and crossed passes`, async () => {
  const [pass, second, elsewhere] = [await passIn('another'), await passIn('another'), await passIn(ROOM)];
  const claims = (alg: string, more: object = {}, header: object = {}) =>
    new SignJWT({ iss: 'waiting-room', aud: 'another', sub: 'mallory', jti: 'another:1', exp: 4_102_444_800, ...more }).setProtectedHeader({ alg, kid: 'test', typ: 'JWT', ...header });
  const parts = pass.split('.');
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const publicKey = createPublicKey({ key, format: 'jwk' });
  const privateKey = { ...key, alg: 'EdDSA' };
  const mallory = generateKeyPairSync('ed25519');
  const own = { ...(mallory.publicKey.export({ format: 'jwk' }) as JWK), kid: 'test' };
  const forged = [
    // No signature at all.
    ...['none', 'None', 'NONE', ''].flatMap((alg) => ['', parts[2] ?? ''].map((signature) => `${encoded({ alg, typ: 'JWT', kid: 'test' })}.${parts[1]}.${signature}`)),
    // The public key, which everybody has, as a secret.
    ...(await Promise.all([Buffer.from(String(key.x), 'base64url'), Buffer.from(String(key.x)), Buffer.from(publicKey.export({ format: 'pem', type: 'spki' })), publicKey.export({ format: 'der', type: 'spki' })].map((secret) => claims('HS256').sign(secret)))),
    // Another key, by the same name, and brought along.
    await claims('EdDSA').sign(mallory.privateKey),
    await claims('EdDSA', {}, { jwk: own }).sign(mallory.privateKey),
    await claims('EdDSA', {}, { kid: undefined, jwk: own }).sign(mallory.privateKey),
    await new PassIssuer([passKey()]).issue({ room: 'another', visitor: 'mallory', id: 'another:1', expiresAt: 4_102_444_800 }),
    // The right key, and not a pass.
    ...(await Promise.all(
      [{ exp: 1 }, { exp: Math.floor(Date.now() / 1_000) - 1 }, { exp: undefined }, { jti: undefined }, { sub: undefined }, { iss: 'another' }, { aud: undefined }, { aud: [] }, { aud: 'Another' }, { nbf: 4_000_000_000 }].map((more) => claims('EdDSA', more).sign(privateKey)),
    )),
    await claims('EdDSA', {}, { typ: 'waiting-room-head' }).sign(privateKey),
    await claims('EdDSA', {}, { typ: undefined }).sign(privateKey),
    elsewhere,
    '',
    '..',
    await ticketIn('another'),
    Buffer.from(pass).toString('base64url'),
  ];
  const texts = [...forged, ...crossed(pass, second), ...crossed(pass, elsewhere)];
  texts.push(...mutantsOf(pass, MUTANTS - texts.length, randomFrom(SEED)));
  expect(await outcomes(texts, (text) => verifier.verify(text, 'another'))).toEqual({ WAITING_ROOM_INVALID_PASS: MUTANTS });
  expect(await verifier.verify(pass, 'another')).toMatchObject({ room: 'another' }); // the controls
  expect(await verifier.verify(await claims('EdDSA').sign(privateKey), 'another')).toMatchObject({ visitor: 'mallory' });

});

it('gives nobody a second admission for a ticket that was used, given up, or missed, also when Redis has lost everything', async () => {
  const room = 'replayed';
  await one.rooms.configure(room, { limit: 100, intervalMs: 2_000, passTtlMs: 1_000, ticketTtlMs: 60_000 });
  const used = await Promise.all(Array.from({ length: 100 }, () => ticketIn(room)));
  const left = await ticketIn(room);
  await one.rooms.leave(room, left);
  await sleep(2_010);
  expect((await one.rooms.enter(room)).status).toBe('admitted'); // that they are refused is not for want of room
  const enterWith = (ticket: string) => one.rooms.enter(room, { ticket });
  const replay = (texts: readonly string[]) => outcomes(texts, (ticket) => one.rooms.poll(room, ticket));
  expect(await replay(used)).toEqual({ WAITING_ROOM_PLACE_GONE: 100 });
  expect(await outcomes(used, enterWith)).toEqual({ WAITING_ROOM_PLACE_GONE: 100 });
  expect(await replay([left])).toEqual({ WAITING_ROOM_PLACE_GONE: 1 });
  await one.redis.flushall();
  expect(await replay([...used, left])).toEqual({ WAITING_ROOM_PLACE_GONE: 101 });
  expect((await one.rooms.status(room)).admitted).toBe(101);
});
