import { InvalidPassError, type Pass, PassVerifier } from '@madang/waiting-room';
import { refusedTotal } from '../rooms/room.metrics';

/** Tells Prometheus why passes were refused: by jose's codes, of which there are few. */
export class MeasuredPassVerifier extends PassVerifier {
  override async verify(token: string, room: string): Promise<Pass> {
    try {
      return await super.verify(token, room);
    } catch (error) {
      if (error instanceof InvalidPassError) refusedTotal.inc({ what: 'pass', reason: reasonOf(error.cause) });
      throw error;
    }
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code).toLowerCase().replaceAll('_', '-') : 'malformed';
}
