import { LossyChat } from '../test/lossy-chat';
import { ChatClient, type ChatClientOptions, ChatRefusedError, ChatNotSentError, ChatUnknownError, type Room } from './index';

let chat: LossyChat;
let nodes: [string, string];
const clients: ChatClient[] = [];

beforeEach(async () => {
  chat = new LossyChat();
  nodes = [await chat.startNode(), await chat.startNode()];
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await chat.stop();
});

const QUICK = { answerMs: 300, giveUpMs: 20_000, beatMs: 200 };

function newClient(options: Partial<ChatClientOptions> = {}): ChatClient {
  const client = new ChatClient({ url: nodes, token: 'mina', ...QUICK, ...options });
  clients.push(client);
  return client;
}

function texts(room: Room): string[] {
  const seen: string[] = [];
  room.on('change', ({ text }) => seen.push(text));
  return seen;
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('Not in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const truth = (): string[] => chat.changes('r').map(({ text }) => text);
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));
/** Repeats itself, so that a failure does. */
const oneIn = (n: number, calls = 0) => () => (calls += 1) % n === 0;

describe('the client', () => {
  it('joins, talks in the order of its calls, and gives every change out once', async () => {
    const room = newClient().room('r');
    const seen = texts(room);
    const answers = await Promise.all(numbered(20).map((text) => room.send(text)));
    expect(answers.map(({ seq }) => seq)).toEqual(numbered(20).map((index) => Number(index) + 1));
    await until(() => seen.length === 20);
    expect(seen).toEqual(numbered(20));
  });

  it('fetches what was lost, also the last change; waits for what was overtaken', async () => {
    chat.losses = { delivery: oneIn(3), delay: oneIn(5) };
    const [mina, juno] = [newClient().room('r'), newClient().room('r')];
    const [seen, other] = [texts(mina), texts(juno)];
    await Promise.all(numbered(40).map((text, index) => (index % 2 ? mina : juno).send(text)));
    chat.losses = { delivery: () => true };
    await mina.send('the last one, lost');
    await until(() => seen.length === 41 && other.length === 41);
    expect([seen, other]).toEqual([truth(), truth()]);
  });

  it('says what was not answered again, and it is there once', async () => {
    const room = newClient().room('r');
    const seen = texts(room);
    await room.entered();
    chat.losses = { answer: oneIn(2) };
    await Promise.all(numbered(5).map((text) => room.send(text)));
    chat.losses = {};
    await until(() => seen.length === 5);
    expect(truth()).toEqual(numbered(5));
    expect(chat.asked.filter((call) => call === 'message:send').length).toBeGreaterThan(5);
  });

  it('takes the next node when one dies, with all that was said meanwhile', async () => {
    const rooms = Array.from({ length: 6 }, () => newClient().room('r'));
    const seen = rooms.map(texts);
    await Promise.all(rooms.map((room) => room.entered()));
    const sent = rooms.map((room, index) => room.send(`before ${index}`));
    const port = await chat.killNode(nodes[0]);
    sent.push(...rooms.map((room, index) => room.send(`after ${index}`)));
    await Promise.all(sent);
    await chat.killNode(nodes[1]);
    await chat.startNode(port);
    await Promise.all(rooms.map((room, index) => room.send(`again ${index}`)));
    await until(() => seen.every(({ length }) => length === 18));
    expect(new Set(seen.map((each) => each.join())).size).toBe(1);
    expect(seen[0]).toEqual(truth());
  });

  it.each<[when: string, lose: () => void]>([
    ['a delivery was lost', () => (chat.losses = { delivery: () => true })],
    ['the server has forgotten that it is there', () => chat.forgetWhoIsWhere()],
  ])('beats when the server asks for it, and so has what it missed because %s', async (_when, lose) => {
    const room = newClient({ beatMs: 600_000 }).room('r');
    const seen = texts(room);
    await room.entered();
    lose();
    await room.send('lost');
    expect(seen).toEqual([]);
    chat.resync();
    await until(() => seen.length === 1);
    expect(seen).toEqual(['lost']);
  });

  it('goes on from where another one was', async () => {
    const first = newClient().room('r');
    await Promise.all(numbered(50).map((text) => first.send(text)));
    const [all, rest, last] = [newClient().room('r', { afterSeq: 0 }), newClient().room('r', { afterSeq: 48 }), newClient().room('r')].map(texts);
    await until(() => all?.length === 50 && rest?.length === 2 && last?.length === 20);
    expect([all, rest]).toEqual([numbered(50), ['48', '49']]);
  });
});

describe('the client', () => {
  it('takes the room for the one that the server means, in whatever case it is written', async () => {
    const client = newClient();
    const room = client.room('R');
    const seen = texts(room);
    await room.send('hello');
    await until(() => seen.length === 1);
    expect([room.id, client.room('r') === room]).toEqual(['r', true]);
  });

  it.each<[when: string, options: Partial<ChatClientOptions>, meet: () => Promise<unknown>]>([
    ['by a beat', {}, () => Promise.resolve()],
    ['as it comes back', { beatMs: 600_000 }, async () => chat.startNode(await chat.killNode(nodes[0]))],
  ])('begins a room anew where the server has less than it had, and notices it %s', async (_when, options, meet) => {
    const room = newClient({ ...options, url: nodes[0] }).room('r');
    const seen = texts(room);
    const resets: unknown[] = [];
    room.on('reset', (told) => resets.push(told));
    await Promise.all(numbered(5).map((text) => room.send(text)));
    await until(() => seen.length === 5);
    chat.setBack('r', 2);
    await meet();
    await until(() => resets.length === 1 && room.lastSeq === 2);
    expect((await room.send('anew')).seq).toBe(3);
    await until(() => seen.length === 8);
    expect([seen, resets.length]).toEqual([[...numbered(5), '0', '1', 'anew'], 1]);
  });

  it('asks ever more rarely for what nobody gives it', async () => {
    const room = newClient({ beatMs: 600_000 }).room('r');
    await room.entered();
    chat.losses = { delivery: oneIn(2, 1), fetch: () => true };
    await room.send('lost');
    await room.send('heard');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const fetches = chat.asked.filter((call) => call === 'room:fetch').length;
    expect(fetches).toBeGreaterThan(1);
    expect(fetches).toBeLessThan(12);
  });

  it('gives a handshake up that nobody answers', async () => {
    let stuck = 0;
    chat.losses = { handshake: () => (stuck += 1) === 1 };
    await newClient().room('r').entered();
    expect(stuck).toBe(2);
  });
});

describe('a call that does not succeed', () => {
  it('is said again when it came too soon, and does not fail', async () => {
    const room = newClient({ beatMs: 600_000 }).room('r');
    await room.entered();
    chat.refuse = { code: 'rate-limited', title: 'Not so fast.', retryAfterMs: 50 };
    const sent = room.send('a');
    await until(() => chat.asked.filter((call) => call === 'message:send').length > 1);
    chat.refuse = undefined;
    expect(await sent).toMatchObject({ seq: 1 });
  });

  it('is refused when the server says so, to the end', async () => {
    const room = newClient({ giveUpMs: 1_000 }).room('r');
    await room.entered();
    chat.refuse = { code: 'rate-limited', title: 'Not so fast.', retryAfterMs: 50 };
    const refused = await room.send('a').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ChatRefusedError);
    expect(refused).toMatchObject({ code: 'rate-limited', message: 'Not so fast.', retryAfterMs: 50 });
  });

  it('is unknown when nobody answers, and can be said again by its id', async () => {
    const room = newClient({ answerMs: 100, giveUpMs: 1_000, beatMs: 600_000 }).room('r');
    await room.entered();
    chat.losses = { answer: () => true };
    const unknown = await room.send('a', 'mine').catch((error: unknown) => error);
    expect(unknown).toBeInstanceOf(ChatUnknownError);
    expect(unknown).toMatchObject({ clientMessageId: 'mine' });
    chat.losses = {};
    expect(await room.send('a', 'mine')).toEqual({ id: 'r-1', seq: 1 });
    expect(truth()).toEqual(['a']);
  });

  it('is unknown when it is refused after a try that nobody answered', async () => {
    const room = newClient({ answerMs: 100, beatMs: 600_000 }).room('r');
    await room.entered();
    chat.losses = {
      answer: () => {
        chat.refuse = { code: 'not-a-member', title: 'No.' };
        chat.losses = {};
        return true;
      },
    };
    await expect(room.send('a')).rejects.toBeInstanceOf(ChatUnknownError);
    expect(truth()).toEqual(['a']);
  });

  it('is said again where the server could not do it, and before what was said after it', async () => {
    const room = newClient({ beatMs: 600_000 }).room('r');
    await room.entered();
    chat.refuse = { code: 'unavailable', title: 'Try again shortly.', retryAfterMs: 50 };
    const sent = room.send('a');
    await until(() => chat.asked.filter((call) => call === 'message:send').length > 1);
    chat.refuse = undefined;
    expect(await Promise.all([sent, room.send('b')])).toMatchObject([{ seq: 1 }, { seq: 2 }]);
  });

  it('was not sent where there was no connection', async () => {
    const room = newClient({ url: 'http://127.0.0.1:1', giveUpMs: 300 }).room('r');
    await expect(room.send('a')).rejects.toBeInstanceOf(ChatNotSentError);
  });

  it('ends with its client', async () => {
    const client = newClient();
    const room = client.room('r');
    await room.entered();
    chat.losses = { answer: () => true };
    const call = room.send('a').catch((error: unknown) => error);
    await until(() => chat.asked.includes('message:send'));
    client.close();
    expect(await call).toBeInstanceOf(ChatUnknownError);
    await expect(room.send('b')).rejects.toBeInstanceOf(ChatNotSentError);
    expect(client.state).toBe('closed');
  });
});

it('a token that is refused is not tried again and again; with another one it connects', async () => {
  let token = 'bad';
  const client = newClient({ token: () => token });
  const room = client.room('r');
  await until(() => client.state === 'refused');
  await expect(room.online()).rejects.toBeInstanceOf(ChatNotSentError);
  token = 'good';
  client.connect();
  await room.entered();
  expect(client.state).toBe('connected');
});

it('a room that is refused says so, and is asked for again over the next connection', async () => {
  chat.refuse = { code: 'not-a-member', title: 'Members only.' };
  const client = newClient({ url: nodes[0] });
  const room = client.room('r');
  await expect(room.entered()).rejects.toMatchObject({ code: 'not-a-member' });
  await expect(room.send('a')).rejects.toBeInstanceOf(ChatRefusedError);
  chat.refuse = undefined;
  await chat.startNode(await chat.killNode(nodes[0]));
  await until(() => client.state === 'connected' && room.lastSeq !== undefined);
  expect((await room.send('a')).seq).toBe(1);
});
