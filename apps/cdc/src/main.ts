import { bootstrap } from '@madang/service-kit';
import { AppModule } from './app.module';
import { cdcConfig } from './cdc.config';

void bootstrap({
  name: 'cdc',
  title: 'Madang change data capture',
  description: 'Tails PostgreSQL’s log for inserted outbox rows and announces each one on its row-added topic.',
  config: cdcConfig,
  module: (config) => AppModule.forRoot(config),
  port: (config) => config.CDC_PORT,
});
