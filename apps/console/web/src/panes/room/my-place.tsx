import { type ReactNode, useEffect, useState } from 'react';
import { useDesk, useDo } from '../../desk';
import { span } from '../../ui/format';
import { Badge, Button, Panel } from '../../ui/parts';
import { resultOf, type Result } from '../../ui/result';
import { enter, type Place, ROOM } from './visitors';

/** One's own visit: a place, polled as often as the answer says. */
export function MyPlace({ onPosition, onDone }: { onPosition(position: number | null): void; onDone(result: Result): void }): ReactNode {
  const { api, say } = useDesk();
  const act = useDo();
  const [place, setPlace] = useState<Place | null>(null);
  useEffect(() => onPosition(place?.status === 'waiting' ? place.position : null), [place, onPosition]);
  useEffect(() => {
    const ticket = place?.ticket;
    if (place?.status !== 'waiting' || ticket === null || ticket === undefined) return undefined;
    const poll = setTimeout(
      () =>
        act(async () => {
          const { ok, body } = await api.service<Place>({ service: 'queue', method: 'GET', path: `/waiting-rooms/${ROOM}/visitors/me`, headers: { 'x-waiting-ticket': ticket } });
          setPlace((before) => (ok ? body : before && { ...before }));
        }),
      Math.min(Math.max(place.pollAfterMs, 300), 1_000),
    );
    return () => clearTimeout(poll);
  }, [place, api, act]);
  const join = async (): Promise<void> => {
    const answer = await enter(api);
    onDone(resultOf(say('room.joined'), answer));
    if (answer.ok) setPlace(answer.body);
  };
  const leave = async (): Promise<void> => {
    if (place?.status === 'waiting' && place.ticket !== null) {
      onDone(resultOf(say('room.left'), await api.service({ service: 'queue', method: 'DELETE', path: `/waiting-rooms/${ROOM}/visitors/me`, headers: { 'x-waiting-ticket': place.ticket } })));
    }
    setPlace(null);
  };
  return (
    <Panel title={say('room.mine')} note={say('room.mine.note')}>
      <div className="place" aria-live="polite">
        {place === null && <Button look="main" onClick={() => act(join)}>{say('room.join')}</Button>}
        {place?.status === 'waiting' && (
          <>
            <strong className="big mono">{place.position}</strong>
            <span>{place.etaMs === null ? say('room.held') : say('room.eta', { time: span(place.etaMs) })}</span>
          </>
        )}
        {place?.status === 'admitted' && <Badge kind="good">{say('room.in')}</Badge>}
        {place && <Button look="bare" onClick={() => act(leave)}>{say(place.status === 'waiting' ? 'room.leave' : 'room.again')}</Button>}
      </div>
    </Panel>
  );
}
