import { bootstrap } from '@madang/service-kit';
import { AppModule } from './app.module';
import { consoleConfig } from './console.config';

void bootstrap({
  name: 'console',
  title: 'Madang console',
  description: 'What happens on the platform, on one stream; and, in the sandbox, the lab: switches, faults, scenarios.',
  config: consoleConfig,
  module: (config) => AppModule.forRoot(config),
  port: (config) => config.CONSOLE_PORT,
});
