import { type RoomStatus, WaitingRooms } from '@madang/waiting-room';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Counter, Gauge, register } from 'prom-client';

type Known = readonly (readonly [room: string, status: RoomStatus])[];

/** What Valkey says when Prometheus asks: every process of this service says the same. */
@Injectable()
export class RoomGauges implements OnModuleInit {
  private looking: Promise<Known> | undefined;

  constructor(private readonly rooms: WaitingRooms) {}

  onModuleInit(): void {
    const look = (): Promise<Known> => this.look();
    const waitingVisitors = new Gauge({
      name: 'queue_waiting_visitors',
      help: 'Visitors who wait, those who have left without a word for less than the grace included',
      labelNames: ['room'],
      registers: [],
      async collect() {
        this.reset();
        for (const [room, { waiting }] of await look()) this.set({ room }, waiting);
      },
    });
    const admissions = new Counter({
      name: 'queue_admissions_total',
      help: 'Visitors admitted since the room was made',
      labelNames: ['room'],
      registers: [],
      async collect() {
        this.reset();
        for (const [room, { admitted }] of await look()) this.inc({ room }, admitted);
      },
    });
    // One of a service before in this process, a test's, makes room.
    register.removeSingleMetric('queue_waiting_visitors');
    register.removeSingleMetric('queue_admissions_total');
    register.registerMetric(waitingVisitors);
    register.registerMetric(admissions);
  }

  /** Both ask at once, and share an answer. Nothing, while Valkey or PostgreSQL is away. */
  private look(): Promise<Known> {
    this.looking ??= this.statuses().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async statuses(): Promise<Known> {
    const names = await this.rooms.names().catch(() => []);
    const statuses = await Promise.all(names.map((room) => this.rooms.status(room).then((status) => [[room, status]] as const, () => [])));
    return statuses.flat();
  }
}
