import { type ReactNode, useMemo, useState } from 'react';
import type { ReadItem } from '../../../../feed/feed';
import { useConsole, useDesk, useDo } from '../../desk';
import { bytes, clock, count, span } from '../../ui/format';
import { Badge, Button, Empty, Panel, Scroll, TraceLink } from '../../ui/parts';
import { resultOf, type Result } from '../../ui/result';
import { ResultList } from '../../ui/result-list';
import { LagChart } from './lag-chart';
import { LagSlider } from './lag-slider';
import { ReadDots } from './read-dots';

const SHOWN = 24;
const READS_AT_ONCE = 20;

export default function ReplicasPane(): ReactNode {
  const { say } = useDesk();
  return (
    <>
      <Panel title={say('replicas.lag')} note={say('replicas.lag.note')}>
        <LagChart />
        <Standbys />
      </Panel>
      <Reads />
      <div className="columns">
        <Levels />
        <LastReads />
      </div>
    </>
  );
}

function Standbys(): ReactNode {
  const { say } = useDesk();
  const lag = useConsole((state) => state.lag);
  const names = Object.keys(lag).toSorted();
  if (names.length === 0) return <Empty>{say('common.loading')}</Empty>;
  return (
    <div className="columns">
      {names.map((name) => {
        const last = lag[name]?.at(-1);
        if (!last) return null;
        return (
          <div key={name} className="standby" data-testid={`standby-${name}`}>
            <h3>
              {name} {last.paused && <Badge kind="warn">{say('replicas.paused')}</Badge>}
            </h3>
            <p className="figures">
              <strong className="mono">{last.ms === null ? '–' : span(last.ms)}</strong> <span className="quiet mono">{last.bytes === null ? '' : bytes(last.bytes)}</span>
            </p>
            <LagSlider node={name} delayMs={last.delayMs} />
          </div>
        );
      })}
    </div>
  );
}

/** Reads of nobody in particular, so that there is something to see. */
function Reads(): ReactNode {
  const { api, say } = useDesk();
  const act = useDo();
  const [done, setDone] = useState<Result | null>(null);
  const read = async (): Promise<void> => {
    const ask = () => api.service({ service: 'board', method: 'GET', path: '/posts?limit=5', headers: { 'x-consistency-id': crypto.randomUUID() } });
    const answers = await Promise.all(Array.from({ length: READS_AT_ONCE }, ask));
    const from = Map.groupBy(answers, ({ headers }) => headers.get('x-read-replica') ?? '?');
    const [last] = answers.slice(-1);
    if (last) setDone(resultOf(say('replicas.read-from', { nodes: [...from].map(([node, of]) => `${node} × ${of.length}`).toSorted().join(', ') }), last, 'saw'));
  };
  return (
    <Panel title={say('replicas.reads')} note={say('replicas.reads.note')} tools={<Button onClick={() => act(read)} data-testid="read-now">{say('replicas.read', { count: READS_AT_ONCE })}</Button>}>
      <ReadDots />
      {done && <ResultList label={say('replicas.reads')} results={[done]} />}
    </Panel>
  );
}

function Levels(): ReactNode {
  const { say, language } = useDesk();
  const levels = useConsole((state) => state.readsByLevel);
  const names = Object.keys(levels).toSorted();
  return (
    <Panel title={say('replicas.anomalies')} note={say('replicas.anomalies.note')}>
      {names.length === 0 ? (
        <Empty>{say('replicas.no-reads')}</Empty>
      ) : (
        <table>
          <thead>
            <tr><th>{say('replicas.level')}</th><th className="number">{say('replicas.count')}</th><th className="number">{say('replicas.back')}</th></tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <td className="mono">{name}</td>
                <td className="number mono">{count(levels[name]?.reads ?? 0, language)}</td>
                <td className="number"><Badge kind={levels[name]?.anomalies ? 'bad' : 'good'}>{count(levels[name]?.anomalies ?? 0, language)}</Badge></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function LastReads(): ReactNode {
  const { say, filter } = useDesk();
  const reads = useConsole((state) => state.reads);
  const shown = useMemo(() => reads.filter(({ service, target }) => filter === null || service === filter || target === filter).slice(-SHOWN).toReversed(), [reads, filter]);
  return (
    <Panel title={say('replicas.last')} className="wide">
      {shown.length === 0 ? (
        <Empty>{say('replicas.no-reads')}</Empty>
      ) : (
        <Scroll label={say('replicas.last')}>
          <table>
            <thead>
              <tr><th>{say('common.time')}</th><th>{say('replicas.node')}</th><th>{say('replicas.reason')}</th><th>{say('replicas.level')}</th><th className="number">{say('replicas.waited')}</th><th><span className="hidden">{say('common.timeline')}</span></th></tr>
            </thead>
            <tbody data-testid="reads">
              {shown.map((read, line) => <Read key={line} read={read} />)}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}

function Read({ read: { at, target, reason, level, waitedMs, traceId, anomaly } }: { readonly read: ReadItem }): ReactNode {
  const { say } = useDesk();
  return (
    <tr>
      <td className="mono">{clock(at)}</td>
      <td className="mono">{target}</td>
      <td>{reason} {anomaly && <Badge kind="bad">{say('replicas.back')}</Badge>}</td>
      <td className="mono quiet">{level}</td>
      <td className="mono quiet number">{waitedMs > 0 ? span(waitedMs) : '–'}</td>
      <td><TraceLink traceId={traceId} /></td>
    </tr>
  );
}
