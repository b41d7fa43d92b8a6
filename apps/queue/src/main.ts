import { bootstrap } from '@madang/service-kit';
import { AppModule } from './app.module';
import { queueConfig } from './queue.config';

void bootstrap({
  name: 'queue',
  title: 'Madang queue service',
  description: 'Waiting rooms: so many visitors in any interval, in their order. Whoever is admitted gets a pass, and with it to the order page of an event product.',
  config: queueConfig,
  module: (config) => AppModule.forRoot(config),
  port: (config) => config.QUEUE_PORT,
});
