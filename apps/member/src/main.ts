import { bootstrap } from '@madang/service-kit';
import { AppModule } from './app.module';
import { memberConfig } from './member.config';

void bootstrap({
  name: 'member',
  title: 'Madang member service',
  description: 'Members register, sign in and withdraw. A withdrawal reaches the board through outbox, log and Kafka.',
  config: memberConfig,
  module: (config) => AppModule.forRoot(config),
  port: (config) => config.MEMBER_PORT,
});
