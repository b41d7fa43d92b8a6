import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, PlatformClient } from './platform-client.ts';
import { type Stack, startStack } from './stack.ts';

let stack: Stack;
let platform: PlatformClient;

beforeAll(async () => {
  stack = await startStack();
  platform = new PlatformClient(stack.addresses);
}, 120_000);

afterAll(() => stack?.stop());

async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean, withinMs = 30_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms; last: ${JSON.stringify(value)}`);
    await sleep(20);
  }
}

const isGone = ({ status }: Answer<unknown>): boolean => status === 404;

describe('a member who withdraws', () => {
  it('takes all their posts along, and nobody else’s', async () => {
    const [leaving, staying] = [await platform.newMember(), await platform.newMember()];
    const mine = [await platform.publish(leaving.token), await platform.publish(leaving.token)];
    const other = await platform.publish(staying.token);
    expect((await platform.posts(`authorId=${leaving.id}`)).body.items).toHaveLength(2);

    expect(await platform.withdraw(leaving.token)).toMatchObject({ status: 204, body: undefined });
    for (const { body } of mine) await until(() => platform.post(body.id), isGone);
    expect((await platform.posts(`authorId=${leaving.id}`)).body).toEqual({ items: [], nextCursor: null });
    expect((await platform.post(other.body.id)).body).toEqual(other.body);
  });

  it('can neither sign in nor use the old token, at any service', async () => {
    const member = await platform.newMember();
    const post = await platform.publish(member.token);
    await platform.withdraw(member.token);
    await until(() => platform.post(post.body.id), isGone);
    const answers = [
      await platform.signIn(member.email),
      await platform.withdraw(member.token),
      await platform.publish(member.token),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(answers.every(({ contentType }) => contentType.startsWith('application/problem+json'))).toBe(true);
  });

  it('leaves no personal data, and the email is free for somebody new', async () => {
    const member = await platform.newMember();
    await platform.withdraw(member.token);
    expect((await platform.member(member.id)).status).toBe(404);
    const again = await platform.register(member.email);
    expect(again.status).toBe(201);
    expect(again.body.id).not.toBe(member.id);
  });

  it('leaves no post behind that raced the withdrawal', async () => {
    const member = await platform.newMember();
    await platform.publish(member.token);
    const accepted: Answer<{ id: string }>[] = [];
    const keepPublishing = async (): Promise<void> => {
      for (;;) {
        const answer = await platform.publish(member.token);
        if (answer.status === 401) return; // the withdrawal has reached the board
        expect(answer.status).toBe(201);
        accepted.push(answer);
      }
    };
    const racing = Array.from({ length: 4 }, keepPublishing);
    await sleep(30);
    expect((await platform.withdraw(member.token)).status).toBe(204);
    await Promise.all(racing);
    expect(accepted.length).toBeGreaterThan(0);
    for (const { body } of accepted) await until(() => platform.post(body.id), isGone);
  });
});

describe('a withdrawal while a process of the bus is dead', () => {
  it.each(['cdc', 'relay', 'board', 'kafka'])('reaches the board once %s is back, by itself', async (victim) => {
    const member = await platform.newMember();
    const post = await platform.publish(member.token);
    const pid = stack.sandbox.process(victim).running?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    expect((await platform.withdraw(member.token)).status).toBe(204);
    await until(() => platform.post(post.body.id).catch(() => undefined), (answer) => answer?.status === 404, 60_000);
  }, 90_000);
});

describe('while PostgreSQL is dead', () => {
  it('requests are answered 503 with a problem, and a withdrawal crosses the bus once it is back', async () => {
    const member = await platform.newMember();
    const post = await platform.publish(member.token);
    await stack.sandbox.process('postgres').kill({ restart: false });
    const answers = [await platform.post(post.body.id), await platform.withdraw(member.token), await platform.publish(member.token)];
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(answers.every(({ contentType }) => contentType.startsWith('application/problem+json'))).toBe(true);

    await stack.sandbox.process('postgres').start();
    await until(() => platform.withdraw(member.token), ({ status }) => status === 204);
    await until(() => platform.post(post.body.id), isGone);
  }, 90_000);
});
