import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { Fault } from '@madang/lab';
import { useDesk, useDo } from '../../desk';
import { CurlButton } from '../../ui/curl-button';
import { Badge, Button } from '../../ui/parts';
import { shuffled } from './shuffled';

interface Totals {
  readonly records: number;
  readonly duplicates: number;
  readonly deadLetters: number;
}

/** What was predicted, and what had happened before. */
interface Injected {
  readonly answer: number;
  readonly before: Totals;
}

/** By the fault's name: whoever injects goes elsewhere to look, and comes back to compare. */
const INJECTED = new Map<string, Injected>();

export function FaultCard({ fault }: { readonly fault: Fault }): ReactNode {
  const { api, say, store } = useDesk();
  const act = useDo();
  const kept = INJECTED.get(fault.name);
  const [answer, setAnswer] = useState(kept?.answer ?? null);
  const [injected, setInjected] = useState(kept);
  const order = useMemo(() => shuffled(fault.prediction.answers.length, fault.name), [fault]);
  const name = useRef(`answer-${fault.name}`);
  const inject = async (): Promise<void> => {
    if (answer === null) return;
    const before = store.state.totals;
    INJECTED.set(fault.name, { answer, before }); // at once: whoever looks elsewhere meanwhile does not inject it again
    try {
      await api.send('POST', '/lab/faults', { name: fault.name });
      setInjected({ answer, before });
    } catch (error) {
      INJECTED.delete(fault.name);
      throw error;
    }
  };
  const forget = (): void => {
    INJECTED.delete(fault.name);
    setInjected(undefined);
  };
  return (
    <article className="card">
      <h3>{say(fault.title)}</h3>
      <p>{say(fault.does)}</p>
      <fieldset disabled={injected !== undefined}>
        <legend>{say(fault.prediction.question)}</legend>
        {order.map((index) => {
          const text = fault.prediction.answers[index];
          if (!text) return null;
          const verdict = injected && (index === 0 ? 'right' : index === injected.answer ? 'wrong' : '');
          return (
            <label key={index} className={`check ${verdict ?? ''}`}>
              <input type="radio" name={name.current} checked={answer === index} onChange={() => setAnswer(index)} /> {say(text)}
            </label>
          );
        })}
      </fieldset>
      {injected ? (
        <Compared fault={fault} injected={injected} onAgain={forget} />
      ) : (
        <footer>
          <Button look="danger" disabled={answer === null} onClick={() => act(inject)} data-testid={`inject-${fault.name}`}>{say('faults.inject')}</Button>
          <CurlButton method="POST" path="/lab/faults" body={{ name: fault.name }} />
          <span className="quiet">{say(answer === null ? 'faults.predict-first' : 'faults.reverts', { seconds: fault.revertAfterMs / 1_000 })}</span>
        </footer>
      )}
    </article>
  );
}

function Compared({ fault, injected: { answer, before }, onAgain }: { readonly fault: Fault; readonly injected: Injected; onAgain(): void }): ReactNode {
  const { say, store } = useDesk();
  const [now, setNow] = useState(store.state.totals);
  const look = (): void => setNow(store.state.totals);
  return (
    <div className="compared">
      <p><Badge kind={answer === 0 ? 'good' : 'warn'}>{say(answer === 0 ? 'faults.as-predicted' : 'faults.not-predicted')}</Badge></p>
      <p><strong>{say('faults.holds')}</strong> {say(fault.holds)}</p>
      <p className="quiet">
        {say('faults.since', { records: now.records - before.records, duplicates: now.duplicates - before.duplicates, letters: now.deadLetters - before.deadLetters })}
      </p>
      <footer>
        <Button onClick={look}>{say('faults.look')}</Button>
        <Button look="bare" onClick={onAgain}>{say('faults.again')}</Button>
      </footer>
    </div>
  );
}
