import { healthCheck } from '@madang/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { DecodeIdController } from './formats/decode-id.controller';
import { ExplainIdController } from './formats/explain-id.controller';
import { Formats } from './formats/formats';
import { GenerateIdsController } from './formats/generate-ids.controller';
import { ListFormatsController } from './formats/list-formats.controller';
import type { IdConfig } from './id.config';
import { LeasedNode } from './node/leased-node';

@Module({})
export class AppModule {
  static forRoot(config: IdConfig): DynamicModule {
    return {
      module: AppModule,
      controllers: [ListFormatsController, GenerateIdsController, ExplainIdController, DecodeIdController],
      providers: [
        { provide: LeasedNode, useFactory: () => LeasedNode.start(config.ID_VALKEY_URL, config.ID_NODE_LEASE_TTL_MS) },
        { provide: Formats, inject: [LeasedNode], useFactory: ({ keeper }: LeasedNode) => new Formats(keeper.node) },
        healthCheck('node-lease', [LeasedNode], (node) => node.assertHeld()),
      ],
    };
  }
}
