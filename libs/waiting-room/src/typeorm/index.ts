export { CreateWaitingRoom1764300000000 } from './create-waiting-room.migration';
export { TypeOrmRoomStore } from './typeorm-room-store';
