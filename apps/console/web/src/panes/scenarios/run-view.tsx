import type { ReactNode } from 'react';
import { useDesk } from '../../desk';
import type { Run, RunInvariant, RunStep } from '../../store/runs';
import { pretty, span } from '../../ui/format';
import { Badge, Scroll, TraceLink } from '../../ui/parts';

const NOTES = 12;
const EVIDENCE = 5;

/** A run as it is told: live, or from a file. */
export function RunView({ run }: { readonly run: Run }): ReactNode {
  const { say } = useDesk();
  return (
    <div className="run" data-testid="run">
      <p className="run-head" aria-live="polite">
        <Outcome run={run} /> <Badge kind={run.naive ? 'warn' : 'quiet'}>{say(run.naive ? 'scenarios.naively' : 'scenarios.patterns')}</Badge> <span className="mono quiet">seed {run.seed}{run.endedAt !== null && ` · ${span(run.endedAt - run.beganAt)}`}</span>
      </p>
      {run.failed !== null && <p className="verdict bad">{run.failed}</p>}
      <ol className="run-steps">{run.steps.map((step) => <StepLine key={step.name} step={step} />)}</ol>
      <p className="sub">{say('scenarios.promises')}</p>
      <ul className="promises">{run.invariants.map((invariant) => <Promised key={invariant.name} invariant={invariant} />)}</ul>
    </div>
  );
}

function Outcome({ run: { endedAt, failed, broken } }: { readonly run: Run }): ReactNode {
  const { say } = useDesk();
  if (endedAt === null) return <Badge kind="accent">{say('start.playing')}</Badge>;
  if (failed !== null) return <Badge kind="warn">{say('scenarios.failed')}</Badge>;
  return <strong className={`outcome ${broken ? 'bad' : 'good'}`} data-testid="broken">{say('scenarios.broken', { count: broken ?? 0 })}</strong>;
}

function StepLine({ step: { title, state, beganAt, endedAt, failed, notes } }: { readonly step: RunStep }): ReactNode {
  const { say } = useDesk();
  return (
    <li className={state}>
      <span>{say(title)}</span> <span className="hidden">{say(`scenarios.step.${state}`)}</span>
      {beganAt !== null && endedAt !== null && <span className="mono quiet">{span(endedAt - beganAt)}</span>}
      {failed !== null && <p className="verdict bad">{failed}</p>}
      {notes.length > 0 && (
        <ul className="notes">
          {notes.slice(-NOTES).map(({ at, text, traceId }, index) => (
            <li key={`${at}-${index}`}>{text} <TraceLink traceId={traceId} /></li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Promised({ invariant: { title, broken } }: { readonly invariant: RunInvariant }): ReactNode {
  const { say } = useDesk();
  const state = broken === null ? 'waiting' : broken.length > 0 ? 'broken' : 'kept';
  return (
    <li className={state}>
      <span>{say(title)}</span> <span className="hidden">{say(`scenarios.promise.${state}`)}</span>
      {broken !== null && broken.length > 0 && (
        <ul className="evidence">
          {broken.slice(0, EVIDENCE).map(({ what, evidence, traceId }, index) => (
            <li key={index}>
              <p>{what} <TraceLink traceId={traceId ?? null} /></p>
              <details><summary>{say('scenarios.evidence')}</summary><Scroll label={say('scenarios.evidence')} className="code"><pre>{pretty(JSON.stringify(evidence))}</pre></Scroll></details>
            </li>
          ))}
          {broken.length > EVIDENCE && <li className="quiet">{say('scenarios.more', { count: broken.length - EVIDENCE })}</li>}
        </ul>
      )}
    </li>
  );
}
