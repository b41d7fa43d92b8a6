import { type ReactNode, useEffect, useState } from 'react';
import type { RunEvent } from '@madang/lab';
import { useDesk } from '../../desk';
import { parseRunFile } from '../../store/run-file';
import { reduceRun, type Run } from '../../store/runs';
import { Choice, Empty, Panel } from '../../ui/parts';
import { RunView } from './run-view';

type Speed = '1' | '4' | 'all';
const SPEEDS: readonly Speed[] = ['1', '4', 'all'];

/** A run from a file: nothing is asked of any server. */
export function Replay(): ReactNode {
  const { say } = useDesk();
  const [events, setEvents] = useState<readonly RunEvent[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [speed, setSpeed] = useState<Speed>('4');
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    try {
      setEvents(parseRunFile(await file.text()));
      setError(null);
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
    }
  };
  const run = usePlayed(events, speed);
  return (
    <Panel
      title={say('scenarios.replay')}
      note={say('scenarios.replay.note')}
      tools={
        <>
          <Choice<Speed> label={say('scenarios.speed')} value={speed} options={SPEEDS.map((value) => ({ value, text: value === 'all' ? say('scenarios.at-once') : `${value}×` }))} onChoose={setSpeed} />
          <label className="button plain file">
            {say('scenarios.open')}
            <input type="file" accept=".ndjson,.json,application/x-ndjson" onChange={({ target }) => void take(target.files?.[0])} data-testid="run-file" />
          </label>
        </>
      }
    >
      {error !== null && <p className="verdict bad">{error}</p>}
      {run ? <RunView run={run} /> : <Empty>{say('scenarios.no-file')}</Empty>}
    </Panel>
  );
}

function usePlayed(events: readonly RunEvent[] | null, speed: Speed): Run | undefined {
  const [run, setRun] = useState<Run | undefined>(undefined);
  useEffect(() => {
    setRun(undefined);
    const began = events?.[0]?.at;
    if (!events || began === undefined) return undefined;
    if (speed === 'all') {
      setRun(events.reduce<Run | undefined>(reduceRun, undefined));
      return undefined;
    }
    const timers = events.map((event) => setTimeout(() => setRun((before) => reduceRun(before, event)), (event.at - began) / Number(speed)));
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, [events, speed]);
  return run;
}
