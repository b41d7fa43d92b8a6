import { connectEventBus } from '@madang/event-bus';
import { bootstrap } from '@madang/service-kit';
import { AppModule } from './app.module';
import { moderatorConfig } from './moderator.config';

void bootstrap({
  name: 'moderator',
  title: 'Madang moderator',
  description: 'Reads what is said in rooms, after the chat has committed it, and asks the chat to warn where a rule is hit. The rules are data: they change while it runs.',
  config: moderatorConfig,
  module: (config) => AppModule.forRoot(config),
  port: (config) => config.MODERATOR_PORT,
  connect: connectEventBus,
});
