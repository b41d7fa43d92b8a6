import type { ReactNode } from 'react';
import type { Timeline, TimelineStep } from '../../../../feed/api';
import { useDesk } from '../../desk';
import { clock, pretty, span } from '../../ui/format';
import { CopyButton, Scroll } from '../../ui/parts';
import { said } from './said';

/** One event from its request to what could see it; each step as long as it took, where it was on the way. */
export function Steps({ timeline: { steps } }: { readonly timeline: Timeline }): ReactNode {
  const { say } = useDesk();
  const whole = Math.max(...steps.map(({ elapsedMs, durationMs }) => elapsedMs + (durationMs ?? 0)), 1);
  return (
    <Scroll label={say('timeline.title')} className="tall">
      <ol className="steps" data-testid="steps">
        {steps.map((step, index) => (
          <Step key={`${step.what}-${step.where}-${index}`} step={step} whole={whole} />
        ))}
      </ol>
    </Scroll>
  );
}

function Step({ step: { what, where, at, elapsedMs, durationMs, facts, body }, whole }: { readonly step: TimelineStep; readonly whole: number }): ReactNode {
  const { say } = useDesk();
  const shown = said(facts);
  return (
    <li className={`step ${what}`}>
      <div className="step-head">
        <span className="elapsed mono" title={clock(at)}>+{span(elapsedMs)}</span>
        <span className="what">
          <strong>{say(`timeline.what.${what}`)}</strong> <span className="quiet">{where}</span>
        </span>
        {durationMs !== null && <span className="mono quiet">{span(durationMs)}</span>}
      </div>
      <svg className="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect x={(elapsedMs / whole) * 100} y={0} height={1} width={Math.max(((durationMs ?? 0) / whole) * 100, 0.6)} />
      </svg>
      {shown.length > 0 && (
        <dl className="facts">
          {shown.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="mono" title={value}>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {body !== null && (
        <details>
          <summary>{say('timeline.body')}</summary>
          <div className="code">
            <CopyButton text={pretty(body)} label={say('common.copy')} />
            <Scroll label={say('timeline.body')}><pre>{pretty(body)}</pre></Scroll>
          </div>
        </details>
      )}
    </li>
  );
}
