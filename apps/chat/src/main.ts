import { connectEventBus } from '@madang/event-bus';
import { bootstrap } from '@madang/service-kit';
import { AppModule } from './app.module';
import { chatConfig } from './chat.config';

void bootstrap({
  name: 'chat',
  title: 'Madang chat service',
  description: 'Rooms, their members and their history. Talking goes over a socket (socket.io, websocket): /asyncapi.json describes it, and the topics of the platform.',
  config: chatConfig,
  module: (config) => AppModule.forRoot(config),
  port: (config) => config.CHAT_PORT,
  connect: connectEventBus,
});
