import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import type { Lab } from '../../feed/api';
import { hasScenarios, spawnScenario } from './scenario-process';

const Text = z.object({ en: z.string(), ko: z.string() });
const Titled = z.object({ name: z.string(), title: Text });
const Scenarios = z.array(z.object({ name: z.string(), title: Text, story: Text, naive: z.record(z.string(), z.string()).default({}), steps: z.array(Titled), invariants: z.array(Titled) }));

/** What can be played; asked once. */
@Injectable()
export class ScenarioCatalogue {
  private readonly logger = new Logger(ScenarioCatalogue.name);
  private known: Promise<Lab['scenarios']> | undefined;

  async list(): Promise<Lab['scenarios']> {
    if (!hasScenarios()) return [];
    try {
      return await (this.known ??= ask());
    } catch (error) {
      this.known = undefined;
      this.logger.warn(`The scenarios cannot be listed: ${String(error)}`);
      return [];
    }
  }
}

async function ask(): Promise<Lab['scenarios']> {
  const child = spawnScenario(['--list']);
  const [output, complaint] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(complaint.slice(0, 1_000));
  return Scenarios.parse(JSON.parse(output));
}
