import { bootstrap } from '@madang/service-kit';
import { AppModule } from './app.module';
import { idConfig } from './id.config';

void bootstrap({
  name: 'id',
  title: 'Madang id service',
  description: 'Makes ids that sort by time, in nine formats, and takes any of them apart bit by bit.',
  config: idConfig,
  module: (config) => AppModule.forRoot(config),
  port: (config) => config.ID_PORT,
});
