import type { ReactNode } from 'react';
import { useConsole, useDesk } from '../../desk';
import { count } from '../../ui/format';
import { Empty, Panel, Scroll } from '../../ui/parts';
import { Sparkline } from '../../ui/sparkline';

export function GroupLag(): ReactNode {
  const { say, language } = useDesk();
  const lags = useConsole((state) => state.consumerLag);
  const keys = Object.keys(lags).toSorted();
  return (
    <Panel title={say('kafka.lag')} note={say('kafka.lag.note')}>
      {keys.length === 0 ? (
        <Empty>{say('common.loading')}</Empty>
      ) : (
        <Scroll label={say('kafka.lag')}>
          <table>
            <thead>
              <tr><th>{say('kafka.group')}</th><th>{say('common.topic')}</th><th className="number">{say('kafka.messages')}</th><th className="number">{say('kafka.seconds')}</th><th>{say('kafka.trend')}</th></tr>
            </thead>
            <tbody data-testid="group-lag">
              {keys.map((key) => {
                const series = lags[key] ?? [];
                const last = series.at(-1);
                if (!last) return null;
                return (
                  <tr key={key}>
                    <td>{last.group}</td>
                    <td className="mono">{last.topic}</td>
                    <td className={`mono number ${last.messages > 0 ? 'warn' : 'quiet'}`}>{count(last.messages, language)}</td>
                    <td className="mono number quiet">{last.seconds === null ? '–' : last.seconds.toFixed(1)}</td>
                    <td><Sparkline values={series.map(({ messages }) => messages)} /></td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}
