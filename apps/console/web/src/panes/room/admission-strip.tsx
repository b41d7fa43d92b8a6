import { type ReactNode, useCallback } from 'react';
import { useConsole, useDesk } from '../../desk';
import { Canvas, type Sheet } from '../../ui/canvas';
import { fullestWindow, type FullestWindow } from './fullest-window';
import { ROOM } from './visitors';

const SHOWN_MS = 30_000;

/** The last half minute: an admission a stroke, and the interval that holds the most of them. */
export function AdmissionStrip(): ReactNode {
  const { store, say } = useDesk();
  const limit = useConsole((state) => state.rooms[ROOM]?.at(-1)?.limit ?? 10);
  const intervalMs = useConsole((state) => state.rooms[ROOM]?.at(-1)?.intervalMs ?? 5_000);
  const admissions = useConsole((state) => state.admissions);
  const all = admissions.filter(({ room }) => room === ROOM).map(({ admittedAt }) => admittedAt);
  const fullest = fullestWindow(all, intervalMs);
  const draw = useCallback(
    (sheet: Sheet) => {
      const times = store.state.admissions.filter(({ room }) => room === ROOM).map(({ admittedAt }) => admittedAt);
      drawStrip(sheet, times, fullestWindow(times.filter((at) => at > Date.now() - SHOWN_MS), intervalMs), limit, intervalMs);
    },
    [store, limit, intervalMs],
  );
  return (
    <>
      <Canvas label={say('room.admissions.note')} height={84} draw={draw} />
      <p className={fullest.count > limit ? 'verdict bad' : 'verdict good'} data-testid="fullest">
        {say('room.fullest', { count: fullest.count, limit, seconds: intervalMs / 1_000 })}
      </p>
    </>
  );
}

function drawStrip({ context, width, height, colour }: Sheet, times: readonly number[], fullest: FullestWindow, limit: number, intervalMs: number): void {
  const now = Date.now();
  const x = (at: number): number => (1 - (now - at) / SHOWN_MS) * width;
  const ground = height - 18;
  if (fullest.count > 0) {
    context.fillStyle = colour(fullest.count > limit ? '--bad-soft' : '--accent-soft');
    context.fillRect(x(fullest.from), 4, (intervalMs / SHOWN_MS) * width, ground - 4);
  }
  context.strokeStyle = colour('--line');
  context.strokeRect(0.5, 4.5, width - 1, ground - 4);
  context.strokeStyle = colour(fullest.count > limit ? '--bad' : '--accent');
  context.lineWidth = 2;
  for (const at of times) {
    if (now - at > SHOWN_MS) continue;
    context.beginPath();
    context.moveTo(x(at), 12);
    context.lineTo(x(at), ground - 8);
    context.stroke();
  }
  context.fillStyle = colour('--ink-3');
  for (const seconds of [30, 20, 10]) context.fillText(`−${seconds} s`, x(now - seconds * 1_000) + 2, height - 3);
}
