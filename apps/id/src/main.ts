import { bootstrap } from '@madang/service-kit';
import { AppModule } from './app.module';
import { idConfig } from './id.config';

void bootstrap({
  name: 'id',
  title: 'Madang id service',
  description: 'Makes ids in nine formats, of which all but UUIDv4 sort by time, and takes any of them apart bit by bit.',
  config: idConfig,
  module: (config) => AppModule.forRoot(config),
  port: (config) => config.ID_PORT,
});
