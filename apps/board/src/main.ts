import { connectEventBus } from '@madang/event-bus';
import { documentReadConsistency } from '@madang/replicas/nest';
import { bootstrap } from '@madang/service-kit';
import { AppModule } from './app.module';
import { boardConfig } from './board.config';

void bootstrap({
  name: 'board', title: 'Madang board service',
  description: 'Members publish posts. The posts of a member who withdraws disappear when the event arrives.',
  config: boardConfig,
  module: (config) => AppModule.forRoot(config),
  port: (config) => config.BOARD_PORT,
  connect: connectEventBus,
  document: documentReadConsistency,
});
