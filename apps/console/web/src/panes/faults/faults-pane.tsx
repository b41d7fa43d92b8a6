import { type ReactNode, useState } from 'react';
import type { Fault } from '@madang/lab';
import { useConsole, useDesk, useDo } from '../../desk';
import { CurlButton } from '../../ui/curl-button';
import { Button, Empty, Panel } from '../../ui/parts';
import { useClock } from '../../ui/use-clock';
import { useLab } from '../../use-lab';
import { FaultCard } from './fault-card';

/** A prediction first, then the fault, then what became of it. */
export default function FaultsPane(): ReactNode {
  const { api, say, tell } = useDesk();
  const act = useDo();
  const { value: lab, error, again } = useLab();
  const reset = async (): Promise<void> => {
    await api.send('POST', '/lab/reset');
    tell(say('faults.was-reset'), 'good');
    again();
  };
  return (
    <Panel title={say('faults.title')} note={say('faults.note')} tools={<><CurlButton method="POST" path="/lab/reset" /><Button onClick={() => act(reset)}>{say('faults.reset')}</Button></>}>
      <Active faults={lab?.faults ?? []} />
      {lab === null ? (
        <Empty>{error ?? say('common.loading')}</Empty>
      ) : (
        <div className="cards" data-testid="faults">
          {lab.faults.map((fault) => <FaultCard key={fault.name} fault={fault} />)}
        </div>
      )}
    </Panel>
  );
}

function Active({ faults }: { readonly faults: readonly Fault[] }): ReactNode {
  const { api, say } = useDesk();
  const act = useDo();
  const [gone, setGone] = useState<readonly string[]>([]);
  const active = useConsole((state) => state.lab)?.faults.filter(({ id }) => !gone.includes(id)) ?? [];
  const now = useClock(250);
  if (active.length === 0) return null;
  return (
    <ul className="active" data-testid="active" aria-label={say('faults.active')}>
      {active.map(({ id, name, since, revertsAt }) => {
        const fault = faults.find((each) => each.name === name);
        const left = Math.max(0, revertsAt - now);
        return (
          <li key={id}>
            <strong>{fault ? say(fault.title) : name}</strong>
            <progress max={revertsAt - since} value={left} aria-label={say('faults.left', { seconds: Math.ceil(left / 1_000) })} />
            <span className="mono">{say('faults.left', { seconds: Math.ceil(left / 1_000) })}</span>
            <Button
              onClick={() =>
                act(async () => {
                  await api.send('DELETE', `/lab/faults/${id}`);
                  setGone((before) => [...before, id]);
                })
              }
            >
              {say('faults.revert')}
            </Button>
            <CurlButton method="DELETE" path={`/lab/faults/${id}`} />
          </li>
        );
      })}
    </ul>
  );
}
