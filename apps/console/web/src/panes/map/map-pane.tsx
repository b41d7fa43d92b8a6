import { type ReactNode, useMemo, useState } from 'react';
import { useConsole, useDesk } from '../../desk';
import { layOut } from '../../map/layout';
import { clock, count, short } from '../../ui/format';
import { Badge, Empty, Panel, Scroll, TraceLink } from '../../ui/parts';
import { FlowChart } from './flow-chart';
import { concerns } from './concerns';

/** A few more than are in sight: all of them change seven times a second while much comes. */
const SHOWN = 24;

export default function MapPane(): ReactNode {
  const { topology, say, filter, setFilter } = useDesk();
  const map = useMemo(() => topology && layOut(topology), [topology]);
  const [looksAt, setLooksAt] = useState<string | null>(null);
  return (
    <>
      <Panel title={say('map.title')} note={say('map.note')} tools={<Legend />}>
        {map ? <FlowChart map={map} lit={looksAt ?? filter} chosen={filter} onLook={setLooksAt} onChoose={(node) => setFilter(node === filter ? null : node)} /> : <Empty>{say('common.loading')}</Empty>}
        <Totals />
      </Panel>
      <Passing />
    </>
  );
}

function Legend(): ReactNode {
  const { say } = useDesk();
  return (
    <ul className="legend">
      <li className="pulse-normal">{say('map.pulse.normal')}</li>
      <li className="pulse-read">{say('map.pulse.read')}</li>
      <li className="pulse-duplicate">{say('map.pulse.duplicate')}</li>
      <li className="pulse-retry">{say('map.pulse.retry')}</li>
      <li className="pulse-dead">{say('map.pulse.dead')}</li>
    </ul>
  );
}

function Totals(): ReactNode {
  const { say, language } = useDesk();
  const { records, duplicates, deadLetters, missed } = useConsole((state) => state.totals);
  return (
    <dl className="totals">
      <div><dt>{say('map.records')}</dt><dd>{count(records, language)}</dd></div>
      <div><dt>{say('map.pulse.duplicate')}</dt><dd className={duplicates > 0 ? 'warn' : ''}>{count(duplicates, language)}</dd></div>
      <div><dt>{say('map.dead-letters')}</dt><dd className={deadLetters > 0 ? 'bad' : ''}>{count(deadLetters, language)}</dd></div>
      {missed > 0 && <div><dt>{say('map.missed')}</dt><dd className="warn">{count(missed, language)}</dd></div>}
    </dl>
  );
}

function Passing(): ReactNode {
  const { say, filter } = useDesk();
  const records = useConsole((state) => state.records);
  const shown = useMemo(() => records.filter((record) => concerns(record, filter)).slice(-SHOWN).toReversed(), [records, filter]);
  return (
    <Panel title={say('map.passing')} note={say('map.passing.note')}>
      {shown.length === 0 ? (
        <Empty>{say('map.quiet')}</Empty>
      ) : (
        <Scroll label={say('map.passing')}>
          <table>
            <thead>
              <tr>
                <th>{say('common.time')}</th>
                <th>{say('common.type')}</th>
                <th>{say('common.topic')}</th>
                <th>{say('common.place')}</th>
                <th>{say('common.key')}</th>
                <th><span className="hidden">{say('common.timeline')}</span></th>
              </tr>
            </thead>
            <tbody data-testid="records">
              {shown.map(({ topic, partition, offset, at, type, key, role, duplicate, traceId }, line) => (
                <tr key={line}>
                  <td className="mono">{clock(at)}</td>
                  <td>
                    {type ?? '–'} {duplicate && <Badge kind="warn">{say('map.pulse.duplicate')}</Badge>} {role === 'dead-letter' && <Badge kind="bad">{say('map.pulse.dead')}</Badge>}
                  </td>
                  <td className="mono">{topic}</td>
                  <td className="mono quiet">{partition}/{offset}</td>
                  <td className="mono quiet">{key === null ? '–' : short(key)}</td>
                  <td><TraceLink traceId={traceId} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}
