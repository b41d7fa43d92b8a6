import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChatStage } from './chat-stage.ts';
import { PythonClient } from './python-client.ts';
import { startStack } from '../stack.ts';
const stage = new ChatStage(await startStack());
try {
  const [[mina], [roomId = '']] = await Promise.all([stage.newMembers(2), stage.newRooms(1)]);
  const python = new PythonClient(mina?.token ?? '', roomId);
  console.log(await python.do(`connect ${stage.nodes[0]}`).catch((e: unknown) => String(e).slice(-300)));
} finally {
  const d = join(stage.stack.sandbox.stateDirectory, 'logs');
  for (const f of readdirSync(d)) if (/chat/.test(f)) console.log(f, readFileSync(join(d, f), 'utf8').slice(-3500));
  await stage.stack.stop();
}
