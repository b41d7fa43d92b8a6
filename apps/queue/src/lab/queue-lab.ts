import { isLab, LabModule, Switchboard } from '@madang/lab/nest';
import type { ModuleMetadata } from '@nestjs/common';
import type { QueueConfig } from '../queue.config';
import { VisitorsService } from '../visitors/visitors.service';
import { SwitchedVisitors } from './switched-visitors';

/** What the sandbox adds to the service, and overrides; undefined everywhere else. */
export function queueLab(config: QueueConfig): Required<Pick<ModuleMetadata, 'imports' | 'providers'>> | undefined {
  if (!isLab(config)) return undefined;
  const board = new Switchboard({ service: 'queue', faults: [], stateDirectory: config.LAB_STATE_DIRECTORY });
  return { imports: [LabModule.forRoot(board)], providers: [{ provide: VisitorsService, useClass: SwitchedVisitors }] };
}
