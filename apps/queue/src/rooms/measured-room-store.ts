import { type Admission, ForkedHistoryError } from '@madang/waiting-room';
import { TypeOrmRoomStore } from '@madang/waiting-room/typeorm';
import { appendSeconds, forksTotal, waitSeconds } from './room.metrics';

/** Tells Prometheus what becomes of admissions. */
export class MeasuredRoomStore extends TypeOrmRoomStore {
  /** The last one that was measured, by room: another process may bring the same ones. */
  private readonly measured = new Map<string, number>();

  override async append(room: string, admissions: readonly Admission[]): Promise<void> {
    const end = appendSeconds.startTimer();
    try {
      await super.append(room, admissions);
    } catch (error) {
      if (error instanceof ForkedHistoryError) forksTotal.inc({ room });
      throw error;
    }
    end();
    const before = this.measured.get(room) ?? 0;
    for (const { seq, ticket, admittedAt } of admissions) if (seq > before) waitSeconds.observe({ room }, (admittedAt - ticket) / 1_000_000);
    this.measured.set(room, Math.max(before, admissions.at(-1)?.seq ?? 0));
  }
}
