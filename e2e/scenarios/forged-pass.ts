import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { Scenario } from '@madang/lab';
import { decodeJwt, decodeProtectedHeader, type JWK, SignJWT } from 'jose';
import type { Random } from '../crash/random.ts';
import { broken } from './world/broken.ts';
import { type Place, placeIn, WaitingLine } from './world/waiting-line.ts';
import type { World } from './world/world.ts';

const ROOM = 'event-product';
const OF_EACH_KIND = 8;

interface Tried {
  readonly kind: string;
  readonly forgery: string;
  readonly where: string;
  readonly status: number;
  readonly traceId: string | undefined;
}

export function forgedPass(): Scenario<World> {
  const tried: Tried[] = [];
  const genuine: { what: string; expected: number; status: number }[] = [];
  let place: Place | undefined;
  let mark = '';

  const attempt = async (world: World, kind: string, forgery: string, method: string, path: string, header: string): Promise<void> => {
    const { status, headers } = await world.platform.call(method, `${world.ground.addresses.queue}${path}`, { headers: { [header]: forgery } });
    tried.push({ kind, forgery, where: `${method} ${path}`, status, traceId: headers.get('x-trace-id') ?? undefined });
  };

  return {
    name: 'forged-pass',
    title: { en: 'A forged pass', ko: '위조된 패스' },
    story: {
      en: 'The order page lets in whoever shows a pass, and asks nobody: a signature tells. So somebody bends passes and tickets, signs them with a key of their own, takes the public key for a secret, drops the signature, brings the pass of another room. There is no naive counterpart to switch to: a page that does not check has no promise to break.',
      ko: '주문 페이지는 패스를 보이는 사람을 들여보내고 아무에게도 묻지 않는다. 서명이 말해 준다. 그래서 누군가 패스와 티켓을 고치고, 자기 키로 서명하고, 공개 키를 비밀로 쓰고, 서명을 떼어 내고, 다른 대기실의 패스를 가져온다. 바꿔 볼 순진한 방식은 없다. 확인하지 않는 페이지에는 깨질 약속도 없다.',
    },
    naive: {},
    steps: [
      {
        name: 'genuine',
        title: { en: 'Somebody waits for a pass, and orders with it', ko: '한 명이 패스를 기다려 받고, 주문한다' },
        run: async (world) => {
          mark = `forged-${crypto.randomUUID()}`;
          const line = new WaitingLine(world, ROOM);
          place = await line.untilAdmitted(await line.enter());
          const call = async (method: string, path: string, expected: number): Promise<void> => {
            const { status } = await world.platform.call(method, `${world.ground.addresses.queue}/event-products/1/${path}`, { headers: { 'x-waiting-pass': place?.pass ?? '' } });
            genuine.push({ what: `${method} ${path}`, expected, status });
          };
          await call('GET', 'order', 200);
          await call('POST', 'orders', 201);
          await call('POST', 'orders', 409);
          world.note(`a genuine pass is answered ${genuine.map(({ status }) => status).join(', ')}`);
        },
      },
      {
        name: 'forge-passes',
        title: { en: 'Passes are forged in six ways', ko: '여섯 가지 방법으로 패스를 위조한다' },
        run: async (world) => {
          const other = new WaitingLine(world, `elsewhere-${Math.floor(world.random.next() * 2 ** 32).toString(16)}`);
          await other.open(10, 5_000);
          const elsewhere = await other.untilAdmitted(await other.enter());
          const { body: keys } = await world.platform.call<{ keys: JWK[] }>('GET', `${world.ground.addresses.queue}/.well-known/jwks.json`);
          for (const [kind, forge] of forgers(place?.pass ?? '', keys.keys[0] ?? {}, elsewhere.pass ?? '', place?.ticket ?? '')) {
            for (let index = 0; index < OF_EACH_KIND; index += 1) {
              const forgery = await forge(world.random, `${mark}-${index}`);
              await attempt(world, kind, forgery, index % 2 === 0 ? 'GET' : 'POST', `/event-products/1/${index % 2 === 0 ? 'order' : 'orders'}`, 'x-waiting-pass');
            }
          }
          world.note(`${tried.length} forged passes: ${statusesOf(tried)}`);
        },
      },
      {
        name: 'forge-tickets',
        title: { en: 'Tickets are bent, to come before the others', ko: '앞자리로 가려고 티켓을 고친다' },
        run: async (world) => {
          const before = tried.length;
          for (let index = 0; index < OF_EACH_KIND; index += 1) {
            const ticket = place?.ticket ?? '';
            const forgery = index % 2 === 0 ? bent(world.random, ticket) : earlier(ticket, index);
            await attempt(world, index % 2 === 0 ? 'bent ticket' : 'an earlier place', forgery, 'GET', `/waiting-rooms/${ROOM}/visitors/me`, 'x-waiting-ticket');
          }
          world.note(`${tried.length - before} forged tickets: ${statusesOf(tried.slice(before))}`);
        },
      },
    ],
    invariants: [
      {
        name: 'forged-is-refused',
        title: { en: 'No forged pass or ticket is accepted', ko: '위조된 패스나 티켓은 받아들여지지 않는다' },
        check: () => {
          const accepted = tried.filter(({ status }) => status !== 401);
          return Promise.resolve(accepted.map(({ traceId, ...each }) => broken(`${each.where} answers ${each.status} to a forgery (${each.kind})`, each, traceId)));
        },
      },
      {
        name: 'no-order',
        title: { en: 'Nobody has ordered with a forged pass', ko: '위조된 패스로 주문된 것은 없다' },
        check: async ({ databases }) => {
          const orders = await databases.query<{ id: string; pass: string }>('queue', 'SELECT id, pass_id AS pass FROM event_order WHERE starts_with(pass_id, $1)', [mark]);
          return orders.map((order) => broken(`the order ${order.id} was made with the forged pass ${order.pass}`, order));
        },
      },
      {
        name: 'genuine-holds',
        title: { en: 'A genuine pass opens the page, and orders once', ko: '진짜 패스는 페이지를 열고, 한 번 주문한다' },
        check: () => Promise.resolve(genuine.filter(({ expected, status }) => status !== expected).map((each) => broken(`${each.what} answers ${each.status}, not ${each.expected}`, each))),
      },
    ],
  };
}

type Forge = (random: Random, id: string) => string | Promise<string>;

function forgers(pass: string, publicKey: JWK, elsewhere: string, ticket: string): readonly (readonly [kind: string, Forge])[] {
  const claims = decodeJwt(pass);
  const header = decodeProtectedHeader(pass);
  const [, , signature = ''] = pass.split('.');
  const publicText = Buffer.from(createPublicKey({ key: publicKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
  const ownKey = generateKeyPairSync('ed25519').privateKey;
  return [
    ['bent', (random) => bent(random, pass)],
    ['another id under the old signature', (_, id) => `${encoded(header)}.${encoded({ ...claims, jti: id })}.${signature}`],
    ['no signature, alg none', (_, id) => `${encoded({ ...header, alg: 'none' })}.${encoded({ ...claims, jti: id })}.`],
    ['a key of their own under the same name', (_, id) => new SignJWT({ ...claims, jti: id }).setProtectedHeader({ ...header, alg: 'EdDSA' }).sign(ownKey)],
    ['the public key taken for a secret', (_, id) => new SignJWT({ ...claims, jti: id }).setProtectedHeader({ ...header, alg: 'HS256' }).sign(publicText)],
    ['the pass of another room, or the ticket', (random) => (random.chance(0.5) ? elsewhere : ticket)],
  ];
}

/** One character is another one, somewhere. */
function bent(random: Random, text: string): string {
  const at = Math.floor(random.next() * text.length);
  const other = 'AZaz09-_'.split('').filter((character) => character !== text[at]);
  return `${text.slice(0, at)}${random.pick(other) ?? 'x'}${text.slice(at + 1)}`;
}

/** The same ticket with a lower number. */
function earlier(ticket: string, by: number): string {
  const parts = ticket.split('.');
  return parts.with(parts.length - 2, String(placeIn(ticket) - by * 1_000_000)).join('.');
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function statusesOf(attempts: readonly Tried[]): string {
  return [...Map.groupBy(attempts, ({ status }) => status)].map(([status, each]) => `${each.length} answered ${status}`).join(', ');
}
