import { type ReactNode, useCallback, useMemo } from 'react';
import type { Timeline } from '../../../../feed/api';
import { useConsole, useDesk } from '../../desk';
import { hrefTo } from '../../route';
import { clock, short } from '../../ui/format';
import { Badge, Empty, Labelled, Panel, Scroll } from '../../ui/parts';
import { useAsked } from '../../ui/use-asked';
import { recentTraces } from './recent-traces';
import { Steps } from './steps';

const MOST_TRACES = 40;
/** The last step, what a replica shows, may come late: it is asked for again while the page is open. */
const LOOK_EVERY_MS = 1_000;

export default function TimelinePane(): ReactNode {
  const { route } = useDesk();
  return (
    <div className="split">
      <Recent chosen={route.of} />
      {route.of === null ? <NoneChosen /> : <Followed key={route.of} traceId={route.of} />}
    </div>
  );
}

function Recent({ chosen }: { readonly chosen: string | null }): ReactNode {
  const { say, filter } = useDesk();
  const records = useConsole((state) => state.records);
  const spans = useConsole((state) => state.spans);
  const traces = useMemo(() => recentTraces(records, spans, filter).slice(0, MOST_TRACES), [records, spans, filter]);
  return (
    <Panel title={say('timeline.recent')} note={say('timeline.recent.note')} className="aside">
      <Labelled label={say('timeline.paste')}>
        <input
          type="text"
          className="mono"
          spellCheck={false}
          placeholder="4bf92f3577b34da6a3ce929d0e0e4736"
          onChange={({ target }) => {
            const [id] = /[0-9a-f]{32}/.exec(target.value.toLowerCase()) ?? [];
            if (id !== undefined) location.hash = hrefTo('timeline', id);
          }}
        />
      </Labelled>
      {traces.length === 0 ? (
        <Empty>{say('map.quiet')}</Empty>
      ) : (
        <Scroll label={say('timeline.recent')}>
          <ul className="list" data-testid="traces">
            {traces.map(({ traceId, title, at, records: count, hasFailed }) => (
              <li key={traceId}>
                <a href={hrefTo('timeline', traceId)} aria-current={traceId === chosen ? 'true' : undefined}>
                  <span className="grow">{title}</span>
                  {hasFailed && <Badge kind="bad">!</Badge>}
                  {count > 0 && <Badge>{say('timeline.records', { count })}</Badge>}
                  <time className="mono quiet">{clock(at).slice(0, 8)}</time>
                </a>
              </li>
            ))}
          </ul>
        </Scroll>
      )}
    </Panel>
  );
}

function NoneChosen(): ReactNode {
  const { say } = useDesk();
  return (
    <Panel title={say('timeline.title')} note={say('timeline.note')}>
      <Empty>{say('timeline.none')}</Empty>
    </Panel>
  );
}

function Followed({ traceId }: { readonly traceId: string }): ReactNode {
  const { api, say } = useDesk();
  const ask = useCallback(() => api.get<Timeline>(`/api/traces/${traceId}`), [api, traceId]);
  const { value, error } = useAsked(ask, LOOK_EVERY_MS);
  return (
    <Panel title={say('timeline.title')} note={<code title={traceId}>{short(traceId, 31)}</code>}>
      {value && value.steps.length > 0 ? <Steps timeline={value} /> : <Empty>{error ?? say('timeline.looking')}</Empty>}
    </Panel>
  );
}
