import type { ReactNode } from 'react';
import { TraceLink } from '../../ui/parts';
import { clock } from '../../ui/format';
import { parseLogLine } from './log-entry';

export function LogLine({ line }: { readonly line: string }): ReactNode {
  const { time, level, context, message, traceId } = parseLogLine(line);
  return (
    <li className={level}>
      {time !== null && <span className="quiet">{clock(Date.parse(time))}</span>}
      {context !== null && <span className="quiet">{context}</span>}
      <span>{message}</span>
      <TraceLink traceId={traceId} />
    </li>
  );
}
