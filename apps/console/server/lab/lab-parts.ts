import { LabDriver } from '@madang/lab';
import type { Provider, Type } from '@nestjs/common';
import { join } from 'node:path';
import { CONSOLE_CONFIG, type ConsoleConfig } from '../console.config';
import { LabController } from './lab.controller';
import { LabWatch } from './lab-watch.service';
import { Runs } from './runs.service';
import { RunsController } from './runs.controller';
import { ScenarioCatalogue } from './scenario-catalogue';

/** What is there in sandbox mode only; elsewhere these routes do not exist. */
export const lab: { readonly controllers: readonly Type[]; readonly providers: readonly Provider[] } = {
  controllers: [LabController, RunsController],
  providers: [{ provide: LabDriver, inject: [CONSOLE_CONFIG], useFactory: ({ CONSOLE_RUN_DIRECTORY: runs }: ConsoleConfig) => LabDriver.fromEnvironment(process.env, join(runs, 'faults.json')) }, LabWatch, ScenarioCatalogue, Runs],
};
