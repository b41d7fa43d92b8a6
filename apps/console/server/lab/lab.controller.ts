import { FAULTS, LabDriver, SWITCHES } from '@madang/lab';
import { Admin, ConflictProblem } from '@madang/service-kit';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import type { Lab } from '../../feed/api';
import { LagWatch } from '../replicas/lag-watch.service';
import { asProblem } from './lab-problem';
import { LabWatch } from './lab-watch.service';
import { ScenarioCatalogue } from './scenario-catalogue';

const ACTIONS = ['start', 'stop', 'kill', 'pause', 'resume'] as const;
const Name = z.string().regex(/^[\w:.-]{1,64}$/);
const SwitchName = z.enum(SWITCHES.map(({ name }) => name) as [(typeof SWITCHES)[number]['name']]);
const Turn = z.strictObject({ mode: z.string().max(64) });
const Inject = z.strictObject({ name: Name });
const Delay = z.strictObject({ delayMs: z.int().min(0).max(600_000) });
const Action = z.enum(ACTIONS);

/** What breaks the platform and mends it. There in sandbox mode only: see the module. */
@ApiExcludeController()
@Admin()
@Controller('lab')
export class LabController {
  constructor(
    private readonly driver: LabDriver,
    private readonly watch: LabWatch,
    private readonly scenarios: ScenarioCatalogue,
    private readonly replicas: LagWatch,
  ) {}

  @Get()
  async read(): Promise<Lab> {
    const [modes, scenarios] = await Promise.all([asProblem(this.driver.switches()), this.scenarios.list()]);
    const switches = SWITCHES.map((each) => standing(each, modes[each.name]));
    return { switches, faults: FAULTS, active: this.driver.active, scenarios };
  }

  @Put('switches/:name')
  async turn(@Param('name', { schema: SwitchName }) name: z.output<typeof SwitchName>, @Body({ schema: Turn }) { mode }: z.output<typeof Turn>): Promise<{ name: string; mode: string }> {
    await this.told(this.driver.turn(name, mode));
    return { name, mode };
  }

  @Post('faults')
  async inject(@Body({ schema: Inject }) { name }: z.output<typeof Inject>): Promise<{ id: string; revertsAt: number }> {
    const { id, revertsAt } = await this.told(this.driver.inject(name));
    return { id, revertsAt };
  }

  @Delete('faults/:id')
  @HttpCode(204)
  async revert(@Param('id', { schema: Name }) id: string): Promise<void> {
    await this.told(this.driver.revert(id));
  }

  @Post('reset')
  @HttpCode(200)
  async reset(): Promise<{ active: Lab['active'] }> {
    await this.told(this.driver.reset());
    return { active: this.driver.active };
  }

  @Put('replicas/:name')
  async delay(@Param('name', { schema: Name }) name: string, @Body({ schema: Delay }) { delayMs }: z.output<typeof Delay>): Promise<{ name: string; delayMs: number }> {
    await this.told(this.driver.delayReplica(name, delayMs));
    await this.replicas.look(true);
    return { name, delayMs };
  }

  @Post('processes/:name/:action')
  @HttpCode(200)
  async process(@Param('name', { schema: Name }) name: string, @Param('action', { schema: Action }) action: z.output<typeof Action>): Promise<{ name: string }> {
    if (name === 'console' && (action === 'stop' || action === 'pause')) throw new ConflictProblem('console-itself', { detail: 'The console cannot stop itself: nobody could start it again from here.' });
    await this.told(this.driver.process(name, action));
    return { name };
  }

  private async told<T>(call: Promise<T>): Promise<T> {
    try {
      return await asProblem(call);
    } finally {
      void this.watch.look();
    }
  }
}

function standing(its: (typeof SWITCHES)[number], mode: string): Lab['switches'][number] {
  return { ...its, mode };
}
