import { LabDriver } from '@madang/lab';
import type { Provider, Type } from '@nestjs/common';
import { LabController } from './lab.controller';
import { LabWatch } from './lab-watch.service';
import { Runs } from './runs.service';
import { RunsController } from './runs.controller';
import { ScenarioCatalogue } from './scenario-catalogue';

/** What is there in sandbox mode only; elsewhere these routes do not exist. */
export const lab: { readonly controllers: readonly Type[]; readonly providers: readonly Provider[] } = {
  controllers: [LabController, RunsController],
  providers: [{ provide: LabDriver, useFactory: () => LabDriver.fromEnvironment(process.env) }, LabWatch, ScenarioCatalogue, Runs],
};
