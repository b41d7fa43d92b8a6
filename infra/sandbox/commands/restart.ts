import { messageOf, UserFacingError } from '../../core/user-facing-error.ts';
import { ControlClient } from '../control-client.ts';
import { runningDirectory } from '../running-sandbox.ts';
import type { Environment } from '../settings.ts';

/** Rolls one service, or all of them one after the other, those first that others depend on. None of them is away meanwhile. */
export async function restart(args: readonly string[], environment: Environment): Promise<number> {
  const client = new ControlClient(runningDirectory(environment));
  const rollable = (await client.status()).processes.filter(({ canRoll }) => canRoll).map(({ name }) => name);
  const chosen = args.includes('--all') ? rollable : args;
  if (args.includes('--all') && args.length > 1) throw new UserFacingError('Either names or --all, not both.');
  const unknown = chosen.find((name) => !rollable.includes(name));
  if (chosen.length === 0 || unknown !== undefined) {
    const complaint = unknown === undefined ? 'Which service? npm run restart -- member, for one, or --all.' : `"${unknown}" cannot be restarted while it serves.`;
    throw new UserFacingError(`${complaint} There are: ${rollable.join(', ')}`);
  }
  for (const name of chosen) await roll(client, name);
  return 0;
}

async function roll(client: ControlClient, name: string): Promise<void> {
  const startedAt = performance.now();
  console.log(`${name}: a new one starts beside it`);
  try {
    const { pid } = await client.process(name, 'roll');
    console.log(`${name}: pid ${pid} has taken over, the old one has ended (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  } catch (error) {
    throw new UserFacingError(`${messageOf(error)}\nNothing after it was restarted. npm run status shows what runs.`, { cause: error });
  }
}
