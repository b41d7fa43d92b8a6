import { bootstrap } from '@madang/service-kit';
import { AppModule } from './app.module';
import { relayConfig } from './relay.config';

void bootstrap({
  name: 'relay',
  title: 'Madang message relay',
  description:
    'Turns row-added messages of the outboxes into domain events, at least once and in the order of each key; and the desk for ' +
    'dead letters of all consumer groups (admin).',
  config: relayConfig,
  module: (config) => AppModule.forRoot(config),
  port: (config) => config.RELAY_PORT,
});
