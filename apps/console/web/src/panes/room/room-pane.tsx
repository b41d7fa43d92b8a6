import { type ReactNode, useState } from 'react';
import { useConsole, useDesk, useDo } from '../../desk';
import { count, span } from '../../ui/format';
import { Badge, Button, Empty, Panel } from '../../ui/parts';
import { resultOf, type Result } from '../../ui/result';
import { ResultList } from '../../ui/result-list';
import { AdmissionStrip } from './admission-strip';
import { Line } from './line';
import { MyPlace } from './my-place';
import { enterMany, ROOM } from './visitors';

const MOST_RESULTS = 8;

export default function RoomPane(): ReactNode {
  const { api, say } = useDesk();
  const act = useDo();
  const [results, setResults] = useState<readonly Result[]>([]);
  const [position, setPosition] = useState<number | null>(null);
  const report = (result: Result): void => setResults((before) => [result, ...before].slice(0, MOST_RESULTS));
  const visit = (visitors: number): void =>
    act(async () => {
      const entered = await enterMany(api, visitors);
      const last = entered.at(-1);
      const waiting = entered.filter(({ body }) => body.status === 'waiting').length;
      if (last) report(resultOf(say('room.entered', { count: visitors, waiting }), last));
    });
  return (
    <>
      <Panel
        title={say('room.title')}
        note={say('room.note')}
        tools={
          <>
            <Button onClick={() => visit(1)}>{say('room.plus-one')}</Button>
            <Button onClick={() => visit(50)} data-testid="plus-50">{say('room.plus', { count: 50 })}</Button>
          </>
        }
      >
        <Figures />
        <Line position={position} />
      </Panel>
      <Panel title={say('room.admissions')} note={say('room.admissions.note')}>
        <AdmissionStrip />
      </Panel>
      <div className="columns">
        <MyPlace onPosition={setPosition} onDone={report} />
        <Panel title={say('room.done')} className="wide">
          {results.length > 0 ? <ResultList label={say('room.done')} results={results} /> : <Empty>{say('room.nobody')}</Empty>}
        </Panel>
      </div>
    </>
  );
}

function Figures(): ReactNode {
  const { say, language } = useDesk();
  const room = useConsole((state) => state.rooms[ROOM]?.at(-1));
  if (!room) return <Empty>{say('common.loading')}</Empty>;
  return (
    <dl className="totals">
      <div><dt>{say('room.waiting')}</dt><dd data-testid="waiting">{count(room.waiting, language)}</dd></div>
      <div><dt>{say('room.admitted')}</dt><dd>{count(room.admitted, language)}</dd></div>
      <div><dt>{say('room.rate')}</dt><dd>{say('room.rate.of', { limit: room.limit, interval: span(room.intervalMs) })}</dd></div>
      <div><dt>{say('room.mode')}</dt><dd><Badge kind={room.mode === 'open' ? 'good' : 'warn'}>{room.mode}</Badge></dd></div>
    </dl>
  );
}
