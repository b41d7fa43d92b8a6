import { BadRequestProblem, ConflictProblem, NotFoundProblem, ProblemError, UnauthorizedProblem, UnavailableProblem } from '@madang/service-kit';
import { ForkedHistoryError, InvalidSettingsError, InvalidTicketError, PlaceGoneError, RoomClosedError, UnknownRoomError, WaitingRoomUnavailableError } from '@madang/waiting-room';
import { refusedTotal } from './room.metrics';

/** Runs a call of the library and gives its errors their place in the HTTP contract. */
export async function asProblem<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw roomProblem(error) ?? error;
  }
}

function roomProblem(error: unknown): ProblemError | undefined {
  if (!(error instanceof Error)) return undefined;
  const details = { detail: error.message, cause: error };
  if (error instanceof InvalidTicketError) return refused(new UnauthorizedProblem('invalid-ticket', { ...details, headers: { 'www-authenticate': 'X-Waiting-Ticket' } }));
  if (error instanceof PlaceGoneError) return refused(new ProblemError(410, 'place-gone', details));
  if (error instanceof RoomClosedError) return new ConflictProblem('room-closed', details);
  if (error instanceof UnknownRoomError) return new NotFoundProblem('room-not-found', { ...details, detail: 'There is no such waiting room.' });
  if (error instanceof InvalidSettingsError) return new BadRequestProblem('validation-failed', { ...details, errors: error.faults.map(({ setting, fault }) => ({ in: 'body', field: setting, detail: fault })) });
  if (error instanceof RangeError) return new BadRequestProblem('validation-failed', details);
  if (error instanceof WaitingRoomUnavailableError) return new UnavailableProblem('waiting-room-unavailable', { ...details, retryAfterSeconds: 3 });
  if (error instanceof ForkedHistoryError) return new UnavailableProblem('waiting-room-unavailable', { cause: error });
  return undefined;
}

function refused(problem: ProblemError): ProblemError {
  refusedTotal.inc({ what: 'ticket', reason: problem.code });
  return problem;
}
