import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { RunEvent } from '@madang/lab';
import { messageOf, UserFacingError } from '../../../infra/core/user-facing-error.ts';
import { takeLock } from '../../../infra/process/pid-lock.mjs';
import { loadEnvironment } from '../../../infra/sandbox/settings.ts';
import { StopSignals } from '../../../infra/sandbox/stop-signals.ts';
import { hasNaive, type NewScenario, SCENARIOS } from '../catalogue.ts';
import { REST, runScenario } from '../engine/run-scenario.ts';
import { findGround } from '../world/ground.ts';
import { World } from '../world/world.ts';
import { type Command, commandOf, UsageError } from './options.ts';
import { eventsOf } from './run-file.ts';
import { languageOf, RunPrinter } from './run-printer.ts';
import { comparison, isAsItShouldBe, talliesOf, totalOf } from './tally.ts';

/** @returns the exit code: 0 if all is as it should be (with the patterns nothing is broken, without them something is), 1 if not, 2 if the call is wrong */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const command = commandOf(args);
    switch (command.do) {
      case 'list':
        return list(command.json);
      case 'replay':
        return replay(command);
      case 'play':
        return await play(command);
      default:
        return command satisfies never;
    }
  } catch (error) {
    console.error(error instanceof UserFacingError ? error.message : error);
    return error instanceof UsageError ? 2 : 1;
  }
}

function list(json: boolean): number {
  const language = languageOf(process.env);
  const scenarios = SCENARIOS.map((make) => make());
  if (json) {
    const labelled = <T extends { name: string; title: unknown }>({ name, title }: T) => ({ name, title });
    console.log(JSON.stringify(scenarios.map(({ name, title, story, naive, steps, invariants }) => ({ name, title, story, naive, steps: [...steps, REST].map(labelled), invariants: invariants.map(labelled) }))));
    return 0;
  }
  for (const scenario of scenarios) {
    const { name, title, story, naive } = scenario;
    const off = hasNaive(scenario) ? `naive: ${Object.entries(naive).map(([pattern, mode]) => `${pattern} = ${mode}`).join(', ')}` : 'no naive counterpart';
    console.log(`${name}  ${title[language]} (${off})\n    ${story[language]}`);
  }
  return 0;
}

function replay({ file, json }: Extract<Command, { do: 'replay' }>): number {
  const events = eventsOf(textOf(file), file);
  const tell = teller(json);
  for (const event of events) tell(event);
  if (!json) summarise(events);
  return talliesOf(events).every(isAsItShouldBe) ? 0 : 1;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`);
  }
}

async function play({ name, seeds, ways, save, json }: Extract<Command, { do: 'play' }>): Promise<number> {
  const make = scenarioNamed(name);
  if (ways.includes(true) && !hasNaive(make())) throw new UsageError(`${name} has no naive counterpart.`);
  const ground = await findGround(loadEnvironment());
  const lock = takeLock(ground.lockFile);
  if (!lock.taken) throw new UserFacingError(`Another scenario is being played (pid ${lock.holder.pid}): two would turn each other's switches. Wait for it, or end it.`);
  if (save !== undefined) writeFileSync(save, '');
  const [breaking, events, tell] = [breakOff(), [] as RunEvent[], teller(json)];
  const emit = (event: RunEvent): void => {
    events.push(event);
    tell(event);
    if (save !== undefined) appendFileSync(save, `${JSON.stringify(event)}\n`);
  };
  try {
    for (const seed of seeds) {
      for (const naive of ways) {
        if (!breaking.aborted) await runScenario({ scenario: make(), seed, naive, openWorld: (told) => new World(ground, told), emit, signal: breaking });
      }
    }
  } finally {
    lock.release();
  }
  const tallies = talliesOf(events);
  if (!json) summarise(events);
  return tallies.length === seeds.length * ways.length && tallies.every(isAsItShouldBe) ? 0 : 1;
}

/** Of several runs: both ways side by side, if it was played so, and which were not as they should be. */
function summarise(events: readonly RunEvent[]): void {
  const tallies = talliesOf(events);
  if (new Set(tallies.map(({ naive }) => naive)).size > 1) console.log(`\n${comparison(events, languageOf(process.env))}`);
  if (tallies.length < 2) return;
  const wrong = tallies.filter((tally) => !isAsItShouldBe(tally));
  console.log(`\n${tallies.length} runs, ${wrong.length === 0 ? 'all' : tallies.length - wrong.length} as they should be`);
  for (const tally of wrong) console.log(`  seed ${tally.seed}${tally.naive ? ', naive' : ''}: ${tally.failed ?? `${totalOf(tally)} broken`}`);
}

function scenarioNamed(name: string): NewScenario {
  const found = SCENARIOS.find((make) => make().name === name);
  if (!found) throw new UsageError(`There is no scenario "${name}". There are: ${SCENARIOS.map((make) => make().name).join(', ')}`);
  return found;
}

/** For programs a line of JSON each; else for people. */
function teller(json: boolean): (event: RunEvent) => void {
  if (json) return (event) => console.log(JSON.stringify(event));
  const printer = new RunPrinter(process.stdout, languageOf(process.env));
  return (event) => printer.print(event);
}

/** Ctrl-C ends it in order, so that the lab takes back what it did; a second one ends it at once. */
function breakOff(): AbortSignal {
  const controller = new AbortController();
  const onFirst = (): void => {
    console.error('Breaking off: what the lab did is taken back. Again: at once.');
    controller.abort();
  };
  new StopSignals().listen({ onFirst, onSecond: () => process.exit(1) });
  return controller.signal;
}
