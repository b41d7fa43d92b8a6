import { EventBusModule, KafkaEventServer } from '@madang/event-bus';
import { catalogue } from '@madang/events';
import { IdsModule } from '@madang/ids/nest';
import { OutboxModule } from '@madang/outbox';
import { AuthModule, healthCheck, rowIds, TokenVerifier } from '@madang/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AsyncApiController } from './asyncapi/asyncapi.controller';
import type { ChatConfig } from './chat.config';
import { chatDatabase } from './data-source';
import { chatLab } from './lab/chat-lab';
import { ActiveMembers } from './members/active-members';
import { MarkWithdrawnService } from './members/mark-withdrawn.service';
import { MemberEventsController } from './members/member-events.controller';
import { ChangeMessageService } from './messages/change-message.service';
import { ChatCommandsController } from './messages/chat-commands.controller';
import { PostSystemMessageService } from './messages/post-system-message.service';
import { ReadHistoryService } from './messages/read-history.service';
import { ReadMessagesController } from './messages/read-messages.controller';
import { SendMessageService } from './messages/send-message.service';
import { PresenceService } from './presence/presence.service';
import { JoinRoomService } from './rooms/join-room.service';
import { OpenRoomController } from './rooms/open-room.controller';
import { OpenRoomService } from './rooms/open-room.service';
import { ReadReceiptService } from './rooms/read-receipt.service';
import { ReadRoomsController } from './rooms/read-rooms.controller';
import { Dispatcher } from './socket/dispatcher';
import { FanOut } from './socket/fan-out';
import { Handshake } from './socket/handshake';
import { MemberLimiter } from './socket/member-limiter';
import { SocketCalls } from './socket/socket-calls';
import { SocketServer } from './socket/socket-server';
import { SocketSweep } from './socket/socket-sweep';
import { ValkeyLinks } from './socket/valkey-links';

@Module({})
export class AppModule {
  static forRoot(config: ChatConfig): DynamicModule {
    const limits = { origins: config.CHAT_ORIGINS, mostSockets: config.CHAT_MOST_SOCKETS, mostSocketsAMember: config.CHAT_MOST_SOCKETS_A_MEMBER };
    const lab = chatLab(config);
    return {
      module: AppModule,
      imports: [
        ...(lab?.imports ?? []),
        TypeOrmModule.forRoot(chatDatabase(config.CHAT_DATABASE_URL)),
        IdsModule.forRoot({ formats: { room: rowIds(), message: rowIds() } }),
        OutboxModule.forRoot({ consumer: 'chat' }),
        EventBusModule.forRoot({ service: 'chat', brokers: config.KAFKA_BROKERS, catalogue }),
        AuthModule.forRoot({
          keys: config.AUTH_JWKS_URL,
          issuer: config.AUTH_ISSUER,
          audience: config.AUTH_AUDIENCE,
          memberStatus: { useClass: ActiveMembers },
        }),
      ],
      controllers: [OpenRoomController, ReadRoomsController, ReadMessagesController, MemberEventsController, ChatCommandsController, AsyncApiController],
      providers: [
        { provide: ValkeyLinks, useFactory: () => new ValkeyLinks(config.CHAT_VALKEY_URL) },
        { provide: MemberLimiter, inject: [ValkeyLinks], useFactory: (valkey: ValkeyLinks) => new MemberLimiter(valkey, config.CHAT_CALLS_PER_10_S) },
        { provide: Handshake, inject: [TokenVerifier], useFactory: (verifier: TokenVerifier) => new Handshake(verifier, limits) },
        {
          provide: PresenceService,
          inject: [ValkeyLinks, FanOut],
          useFactory: (valkey: ValkeyLinks, fanOut: FanOut) => new PresenceService(valkey, fanOut, config.CHAT_PRESENCE_TTL_MS),
        },
        ActiveMembers,
        MarkWithdrawnService,
        OpenRoomService,
        JoinRoomService,
        ReadReceiptService,
        SendMessageService,
        ChangeMessageService,
        PostSystemMessageService,
        ReadHistoryService,
        FanOut,
        SocketCalls,
        Dispatcher,
        SocketSweep,
        SocketServer,
        healthCheck('postgres', [DataSource], (database) => database.query('SELECT 1')),
        healthCheck('event-bus', [KafkaEventServer], (bus) => bus.assertReady()),
        ...(lab?.providers ?? []),
      ],
    };
  }
}
