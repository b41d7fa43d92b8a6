import type { ReactNode } from 'react';
import { useConsole, useDesk } from '../../desk';
import { ROOM } from './visitors';

const MOST = 240;

/** Who waits, a dot each, the next one first; one's own is ringed. */
export function Line({ position }: { readonly position: number | null }): ReactNode {
  const { say } = useDesk();
  const waiting = useConsole((state) => state.rooms[ROOM]?.at(-1)?.waiting ?? 0);
  const limit = useConsole((state) => state.rooms[ROOM]?.at(-1)?.limit ?? 10);
  const shown = Math.min(Math.max(waiting, position ?? 0), MOST);
  if (shown === 0) return <p className="line quiet">{say('room.empty')}</p>;
  return (
    <div className="line" role="img" aria-label={say('room.line', { count: waiting })}>
      {Array.from({ length: shown }, (_, index) => (
        <i key={index} className={`${index + 1 === position ? 'mine' : ''} ${index < limit ? 'next' : ''}`} />
      ))}
      {waiting > MOST && <span className="quiet">+{waiting - MOST}</span>}
    </div>
  );
}
