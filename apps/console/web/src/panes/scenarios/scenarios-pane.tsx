import { type ReactNode, useState } from 'react';
import type { Lab } from '../../../../feed/api';
import { useConsole, useDesk, useDo } from '../../desk';
import { hrefTo } from '../../route';
import { CurlButton } from '../../ui/curl-button';
import { Badge, Button, Empty, Labelled, Panel, Scroll } from '../../ui/parts';
import { useLab } from '../../use-lab';
import { Replay } from './replay';
import { RunView } from './run-view';
import { saveRun } from './save-run';

type Scenario = Lab['scenarios'][number];

export default function ScenariosPane(): ReactNode {
  const { say, route } = useDesk();
  const { value: lab, error } = useLab();
  const chosen = lab?.scenarios.find(({ name }) => name === route.of) ?? lab?.scenarios[0];
  return (
    <>
      <div className="split">
        <Panel title={say('scenarios.title')} note={say('scenarios.note')} className="aside">
          {lab === null ? (
            <Empty>{error ?? say('common.loading')}</Empty>
          ) : (
            <Scroll label={say('scenarios.title')}>
              <ul className="list" data-testid="scenarios">
                {lab.scenarios.map(({ name, title }) => (
                  <li key={name}>
                    <a href={hrefTo('scenarios', name)} aria-current={name === chosen?.name ? 'true' : undefined}><span className="grow">{say(title)}</span><LastOutcome scenario={name} /></a>
                  </li>
                ))}
              </ul>
            </Scroll>
          )}
        </Panel>
        {chosen ? <Played key={chosen.name} scenario={chosen} /> : <Panel title={say('scenarios.title')}><Empty>{say('scenarios.none')}</Empty></Panel>}
      </div>
      <Replay />
    </>
  );
}

function LastOutcome({ scenario }: { readonly scenario: string }): ReactNode {
  const { say } = useDesk();
  const runs = useConsole((state) => state.runs);
  const last = Object.values(runs).findLast((run) => run.scenario === scenario);
  if (!last) return null;
  if (last.endedAt === null) return <Badge kind="accent">{say('start.playing')}</Badge>;
  if (last.failed !== null) return <Badge kind="warn">{say('scenarios.failed')}</Badge>;
  return <Badge kind={last.broken ? 'bad' : 'good'}>{last.broken ?? 0}</Badge>;
}

function Played({ scenario: { name, title, story, steps, naive } }: { readonly scenario: Scenario }): ReactNode {
  const { api, say } = useDesk();
  const act = useDo();
  const [seed, setSeed] = useState(1);
  const [isNaive, setNaive] = useState(false);
  const runs = useConsole((state) => state.runs);
  const last = Object.values(runs).findLast((run) => run.scenario === name);
  const isPlaying = last !== undefined && last.endedAt === null;
  return (
    <Panel
      title={say(title)}
      tools={
        <>
          <Labelled label={say('scenarios.seed')}>
            <input type="number" min={1} max={1_000_000} value={seed} onChange={({ target }) => setSeed(Math.max(1, Number(target.value) || 1))} />
          </Labelled>
          <label className="check"><input type="checkbox" disabled={naive !== undefined && Object.keys(naive).length === 0} checked={isNaive} onChange={({ target }) => setNaive(target.checked)} /> {say('scenarios.naive')}</label>
          <CurlButton method="POST" path="/lab/runs" body={{ scenario: name, seed, naive: isNaive }} />
          <Button look="main" disabled={isPlaying} onClick={() => act(() => api.send('POST', '/lab/runs', { scenario: name, seed, naive: isNaive }))} data-testid="play">
            {say(isPlaying ? 'start.playing' : 'scenarios.play')}
          </Button>
          {last?.endedAt && <Button onClick={() => act(() => saveRun(api, last))}>{say('scenarios.save')}</Button>}
        </>
      }
    >
      <p className="note">{say(story)}</p>
      <p className="quiet"><code>npm run scenario -- {name} --seed {seed}{isNaive ? ' --naive' : ''}</code></p>
      {last ? <RunView run={last} /> : <ol className="run-steps">{steps.map((step) => <li key={step.name} className="waiting"><span>{say(step.title)}</span></li>)}</ol>}
    </Panel>
  );
}
