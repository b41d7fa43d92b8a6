import type { ReactNode } from 'react';
import { useDesk } from '../desk';
import { clock, span } from './format';
import { Badge, CopyButton, TraceLink } from './parts';
import type { Result } from './result';

/** Each line leads to its timeline, and can be done again from a terminal or from the service's Swagger page. */
export function ResultList({ label, results }: { readonly label: string; readonly results: readonly Result[] }): ReactNode {
  return (
    <ol className="results" data-testid="results" aria-label={label} aria-live="polite">
      {results.map((result, index) => (
        <ResultLine key={`${result.at}-${index}`} result={result} />
      ))}
    </ol>
  );
}

function ResultLine({ result: { at, text, kind, traceId, answer, curl } }: { readonly result: Result }): ReactNode {
  const { say, topology } = useDesk();
  const docs = answer && topology?.nodes.find(({ id, process }) => process === answer.call.service || id === answer.call.service)?.docs;
  return (
    <li className={`result ${kind}`}>
      <time>{clock(at)}</time>
      <span className="text">{text}</span>
      <span className="facts">
        {answer && <Badge kind={answer.ok ? 'quiet' : 'bad'}>{answer.status}</Badge>}
        {answer && <span className="quiet">{span(answer.tookMs)}</span>}
        <TraceLink traceId={traceId} />
        {curl !== null && <CopyButton text={curl} label={say('common.copy-curl')} />}
        {docs && (
          <a className="out" href={docs} target="_blank" rel="noreferrer">
            {say('common.swagger')}
          </a>
        )}
      </span>
    </li>
  );
}
