import { type DynamicModule, Module } from '@nestjs/common';
import { Switchboard } from './switchboard';
import { SwitchboardController } from './switchboard.controller';

/** The end points of a service's switchboard, and the switchboard for its naive counterparts. */
@Module({})
export class LabModule {
  static forRoot(board: Switchboard): DynamicModule {
    return { module: LabModule, global: true, controllers: [SwitchboardController], providers: [{ provide: Switchboard, useValue: board }], exports: [Switchboard] };
  }
}
