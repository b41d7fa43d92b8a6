import { type ReactNode, useState } from 'react';
import type { Lab } from '../../../../feed/api';
import { useDesk, useDo } from '../../desk';
import { CurlButton } from '../../ui/curl-button';
import { Badge, Button, Choice, Empty, Panel } from '../../ui/parts';
import { useLab } from '../../use-lab';
import { BothWays } from './both-ways';

type LabSwitch = Lab['switches'][number];

/** It opens below the cards, which may fill the window. */
const intoView = (node: HTMLElement | null): void => node?.scrollIntoView({ block: 'nearest' });

export default function SwitchesPane(): ReactNode {
  const { say } = useDesk();
  const { value: lab, error, again } = useLab();
  const [compared, setCompared] = useState<string | null>(null);
  if (lab === null) return <Empty>{error ?? say('common.loading')}</Empty>;
  return (
    <>
      <Panel title={say('switches.title')} note={say('switches.note')}>
        <div className="cards" data-testid="switches">
          {lab.switches.map((each) => (
            <SwitchCard key={each.name} its={each} onTurned={again} onCompare={() => setCompared(each.name)} />
          ))}
        </div>
      </Panel>
      {compared !== null && <div key={compared} ref={intoView}><BothWays its={compared} lab={lab} /></div>}
    </>
  );
}

function SwitchCard({ its: { name, title, promise, modes, mode }, onTurned, onCompare }: { readonly its: LabSwitch; onTurned(): void; onCompare(): void }): ReactNode {
  const { api, say } = useDesk();
  const act = useDo();
  const turn = (wanted: string): void =>
    act(async () => {
      await api.send('PUT', `/lab/switches/${name}`, { mode: wanted });
      onTurned();
    });
  const isPattern = mode === modes[0];
  return (
    <article className={`card ${isPattern ? '' : 'off'}`}>
      <h3>{say(title)} <Badge kind={isPattern ? 'good' : 'bad'}>{say(isPattern ? 'switches.on' : 'switches.off')}</Badge></h3>
      <p>{say(promise)}</p>
      <Choice label={say(title)} value={mode} options={modes.map((value) => ({ value, text: value }))} onChoose={turn} />
      <footer><Button onClick={onCompare}>{say('switches.both')}</Button> <CurlButton method="PUT" path={`/lab/switches/${name}`} body={{ mode: modes.find((each) => each !== mode) }} /></footer>
    </article>
  );
}
