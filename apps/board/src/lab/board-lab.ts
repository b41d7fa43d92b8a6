import type { EventScope } from '@madang/event-bus';
import type { UuidV7Format } from '@madang/ids';
import { isLab, LabModule, Switchboard } from '@madang/lab/nest';
import type { ModuleMetadata } from '@nestjs/common';
import { HideWithdrawnAuthorService } from '../authors/hide-withdrawn-author.service';
import type { BoardConfig } from '../board.config';
import { doubledDeliveries } from './doubled-deliveries';
import { HiddenAuthorsController } from './hidden-authors.controller';
import { NaiveReads } from './naive-reads';
import { SwitchedHiding } from './switched-hiding';
import { switchedPostIds } from './switched-post-ids';

interface BoardLab extends Required<Pick<ModuleMetadata, 'imports' | 'controllers' | 'providers'>> {
  readonly postIds: UuidV7Format;
  /** Around the scope in which events are handled. */
  readonly scope: (inner: EventScope) => EventScope;
}

/** What the sandbox adds to the service, and overrides; undefined everywhere else. */
export function boardLab(config: BoardConfig): BoardLab | undefined {
  if (!isLab(config)) return undefined;
  const board = new Switchboard({ service: 'board', faults: ['double-deliveries', 'clock-back'], stateDirectory: config.LAB_STATE_DIRECTORY });
  return {
    imports: [LabModule.forRoot(board)],
    controllers: [HiddenAuthorsController],
    providers: [NaiveReads, SwitchedHiding, { provide: HideWithdrawnAuthorService, useExisting: SwitchedHiding }],
    postIds: switchedPostIds(board),
    scope: (inner) => doubledDeliveries(inner, board),
  };
}
