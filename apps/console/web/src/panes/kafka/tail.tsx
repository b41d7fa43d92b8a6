import { type ReactNode, useCallback, useDeferredValue, useState } from 'react';
import type { StoredRecord } from '../../../../feed/api';
import { useDesk } from '../../desk';
import { clock, pretty, short } from '../../ui/format';
import { Badge, Empty, Labelled, Panel, Scroll, TraceLink } from '../../ui/parts';
import { useAsked } from '../../ui/use-asked';
import { concerns } from '../map/concerns';

const LIMIT = 100;
const LOOK_EVERY_MS = 500;

/** What is at the end of a topic, the newest first; of all topics where none is chosen. */
export function Tail({ topic }: { readonly topic: string | null }): ReactNode {
  const { api, say, filter: node } = useDesk();
  const [filter, setFilter] = useState('');
  const [isFollowing, setFollowing] = useState(true);
  const words = useDeferredValue(filter.trim());
  const ask = useCallback(async () => {
    const query = new URLSearchParams({ limit: String(LIMIT), ...(topic === null ? {} : { topic }), ...(words === '' ? {} : { filter: words }) });
    return (await api.get<{ items: readonly StoredRecord[] }>(`/api/records?${query.toString()}`)).items;
  }, [api, topic, words]);
  const { value, error } = useAsked(ask, isFollowing ? LOOK_EVERY_MS : undefined);
  const records = value?.filter((record) => topic !== null || concerns(record, node)) ?? null;
  return (
    <Panel
      title={topic ?? say('kafka.tail')}
      note={say('kafka.tail.note')}
      tools={
        <label className="check">
          <input type="checkbox" checked={isFollowing} onChange={({ target }) => setFollowing(target.checked)} /> {say('kafka.follow')}
        </label>
      }
    >
      <Labelled label={say('kafka.filter')}>
        <input type="search" value={filter} placeholder={node ?? 'member.withdrawn'} onChange={({ target }) => setFilter(target.value)} />
      </Labelled>
      {records === null || records.length === 0 ? (
        <Empty>{error ?? say(records === null ? 'common.loading' : 'kafka.nothing')}</Empty>
      ) : (
        <Scroll label={say('kafka.tail')} className="tall">
          <ul className="records" data-testid="tail">
            {records.map((record) => <Stored key={`${record.topic}/${record.partition}/${record.offset}`} record={record} showTopic={topic === null} />)}
          </ul>
        </Scroll>
      )}
    </Panel>
  );
}

function Stored({ record, showTopic }: { readonly record: StoredRecord; readonly showTopic: boolean }): ReactNode {
  const { say } = useDesk();
  const { topic, partition, offset, at, type, key, duplicate, traceId, headers, value, truncated } = record;
  return (
    <li>
      <details>
        <summary>
          <span className="mono">{clock(at)}</span>
          <span className="mono quiet">{partition}/{offset}</span>
          <strong>{type ?? '–'}</strong>
          {showTopic && <span className="mono quiet">{topic}</span>}
          <span className="mono quiet">{key === null ? '–' : short(key)}</span>
          {duplicate && <Badge kind="warn">{say('map.pulse.duplicate')}</Badge>}
        </summary>
        <TraceLink traceId={traceId} />
        <dl className="facts">
          {Object.entries(headers).map(([name, text]) => (
            <div key={name}><dt>{name}</dt><dd className="mono">{text}</dd></div>
          ))}
        </dl>
        <Scroll label={say('timeline.body')} className="code"><pre>{value === null ? 'null' : pretty(value)}{truncated ? '\n…' : ''}</pre></Scroll>
      </details>
    </li>
  );
}
