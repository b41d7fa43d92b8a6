// Two members in one room, mina at one node of the chat and jun at the other: what you type mina says, and both views are shown. `npm run talk`, while `npm start` runs.
import { createInterface } from 'node:readline';
import chatClient from '../../dist/libs/chat-client/src/index.js';

const { ChatClient } = chatClient;

const at = (variable, port) => `http://127.0.0.1:${process.env[variable] ?? port}`;
const [members, nodes] = [at('MEMBER_PORT', 8101), [at('CHAT_PORT', 8104), at('CHAT_2_PORT', 8114)]];

async function post(url, body, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${url} answers ${response.status}: ${await response.text()}`);
  return response.json();
}

async function newMember(nickname) {
  const account = { email: `${nickname}-${Date.now()}@example.com`, password: 'correct horse battery' };
  await post(`${members}/members`, { ...account, nickname });
  return (await post(`${members}/sessions`, account)).accessToken;
}

async function main() {
  const [mina, jun] = [await newMember('mina'), await newMember('jun')];
  const { id } = await post(`${nodes[0]}/rooms`, { name: 'the courtyard' }, mina);
  const enter = (name, token, url) => {
    const chat = new ChatClient({ url, token });
    const room = chat.room(id, { afterSeq: 0 });
    room.on('change', ({ seq, kind, text }) => console.log(`${name} sees ${seq}  ${kind === 'system' ? '(system) ' : ''}${text}`));
    chat.on('state', (state) => console.log(`${name} is ${state}`));
    return { chat, room };
  };
  const views = [enter('mina', mina, nodes), enter('jun', jun, nodes.toReversed())];
  await Promise.all(views.map(({ room }) => room.entered()));
  console.log('Type what mina says (a telephone number, for instance: 공일공 일이삼사 오육칠팔); Ctrl-D ends. Kill a node meanwhile, and go on.');
  for await (const text of createInterface({ input: process.stdin })) {
    if (text.trim()) views[0].room.send(text).catch((error) => console.log(`not said: ${error.message}`));
  }
  views.forEach(({ chat }) => chat.close());
}

main().catch((error) => {
  console.error(error.cause?.code === 'ECONNREFUSED' ? 'Nobody answers: is npm start running?' : error.message);
  process.exitCode = 1;
});
