import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Lab } from '../../../../feed/api';
import { useConsole, useDesk, useDo } from '../../desk';
import { until } from '../../stories/until';
import { CurlButton } from '../../ui/curl-button';
import { Button, Empty, Labelled, Panel } from '../../ui/parts';
import { RunView } from '../scenarios/run-view';
import { scenariosOf } from './scenarios-of';

/** A run must be over before the other one begins: both would turn the same switch. */
const LONGEST_MS = 5 * 60_000;

/** The same scenario with the same seed, with the pattern and without it, side by side. */
export function BothWays({ its, lab }: { readonly its: string; readonly lab: Lab }): ReactNode {
  const { api, say, store } = useDesk();
  const act = useDo();
  const scenarios = scenariosOf(its, lab.scenarios);
  const [scenario, setScenario] = useState(scenarios[0]?.name ?? '');
  const [seed, setSeed] = useState(1);
  const [runs, setRuns] = useState<readonly string[]>([]);
  const [isPlaying, setPlaying] = useState(false);
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => void (isShown.current = false);
  }, []);
  const play = async (): Promise<void> => {
    setRuns([]);
    setPlaying(true);
    try {
      for (const naive of [false, true]) {
        const begun = await api.send<{ run: string }>('POST', '/lab/runs', { scenario, seed, naive });
        const id = begun?.run ?? '';
        setRuns((before) => [...before, id]);
        const run = await until(() => Promise.resolve(store.state.runs[id]), (told) => (told?.endedAt ?? null) !== null, { forMs: LONGEST_MS, everyMs: 100 });
        if (run?.failed !== null || !isShown.current) break; // says nothing to compare with, or nobody compares
      }
    } finally {
      setPlaying(false);
    }
  };
  return (
    <Panel
      title={say('switches.both')}
      note={say('switches.both.note')}
      tools={
        <>
          <Labelled label={say('scenarios.which')}>
            <select value={scenario} onChange={({ target }) => setScenario(target.value)}>
              {scenarios.map(({ name, title }) => <option key={name} value={name}>{say(title)}</option>)}
            </select>
          </Labelled>
          <Labelled label={say('scenarios.seed')}>
            <input type="number" min={1} max={1_000_000} value={seed} onChange={({ target }) => setSeed(Math.max(1, Number(target.value) || 1))} />
          </Labelled>
          <CurlButton method="POST" path="/lab/runs" body={{ scenario, seed, naive: true }} />
          <Button look="main" disabled={isPlaying || scenario === ''} onClick={() => act(play)} data-testid="run-both">{say(isPlaying ? 'start.playing' : 'switches.run')}</Button>
        </>
      }
    >
      <div className="twins">
        <Column title={say('switches.with')} run={runs[0]} />
        <Column title={say('switches.without')} run={runs[1]} />
      </div>
    </Panel>
  );
}

function Column({ title, run: id }: { readonly title: string; readonly run: string | undefined }): ReactNode {
  const { say } = useDesk();
  const run = useConsole((state) => (id === undefined ? undefined : state.runs[id]));
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {run ? <RunView run={run} /> : <Empty>{say('switches.not-yet')}</Empty>}
    </section>
  );
}
