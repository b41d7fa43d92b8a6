import { type ReactNode, useCallback, useState } from 'react';
import type { ProcessItem } from '../../../../feed/feed';
import { useConsole, useDesk, useDo, useDocs } from '../../desk';
import { hrefTo } from '../../route';
import { bytes } from '../../ui/format';
import { Badge, Button, Empty, Panel, Scroll } from '../../ui/parts';
import { labResult, type Result } from '../../ui/result';
import { ResultList } from '../../ui/result-list';
import { isFrozen, isUp } from '../../ui/process-state';
import { useAsked } from '../../ui/use-asked';
import { LogLine } from './log-line';

const LOOK_EVERY_MS = 1_000;
const LINES = 200;
const MOST_RESULTS = 8;
type Action = 'start' | 'stop' | 'kill' | 'pause' | 'resume';

export default function ServicesPane(): ReactNode {
  const { say, route } = useDesk();
  const processes = useConsole((state) => state.processes);
  const [results, setResults] = useState<readonly Result[]>([]);
  const report = useCallback((result: Result) => setResults((before) => [result, ...before].slice(0, MOST_RESULTS)), []);
  const names = Object.keys(processes).filter((name) => !name.startsWith('migrate:'));
  return (
    <>
      <Panel title={say('services.title')} note={say('services.note')}>
        {names.length === 0 ? (
          <Empty>{say('common.loading')}</Empty>
        ) : (
          <Scroll label={say('services.title')} className="tall">
            <table>
              <thead>
                <tr>
                  <th>{say('services.process')}</th><th>{say('services.state')}</th><th className="number">pid</th><th className="number">{say('services.restarts')}</th>
                  <th className="number">{say('services.memory')}</th><th className="number">CPU</th><th>{say('services.actions')}</th>
                </tr>
              </thead>
              <tbody data-testid="processes">{names.map((name) => <Row key={name} process={processes[name]} onDone={report} />)}</tbody>
            </table>
          </Scroll>
        )}
        {results.length > 0 && <ResultList label={say('room.done')} results={results} />}
      </Panel>
      {route.of !== null && <Logs key={route.of} name={route.of} />}
    </>
  );
}

function Row({ process, onDone }: { readonly process: ProcessItem | undefined; onDone(result: Result): void }): ReactNode {
  const { api, say } = useDesk();
  const act = useDo();
  const docs = useDocs(process?.name ?? '') ?? process?.page ?? null;
  if (!process) return null;
  const { name, state, pid, restarts, memoryBytes, cpu } = process;
  const ask = (action: Action): void =>
    act(async () => {
      const path = `/lab/processes/${encodeURIComponent(name)}/${action}`;
      await api.send('POST', path);
      onDone(labResult(`${name}: ${say(`services.${action}`)}`, { method: 'POST', path }));
    });
  const frozen = isFrozen(state);
  return (
    <tr data-testid={`process-${name}`}>
      <td><a href={hrefTo('services', name)}>{name}</a></td>
      <td><Badge kind={isUp(state) ? 'good' : frozen ? 'warn' : 'bad'}>{state}</Badge></td>
      <td className="mono number quiet">{pid ?? '–'}</td>
      <td className={`mono number ${restarts > 0 ? 'warn' : 'quiet'}`}>{restarts}</td>
      <td className="mono number quiet">{memoryBytes === null ? '–' : bytes(memoryBytes)}</td>
      <td className="mono number quiet">{cpu === null ? '–' : `${cpu.toFixed(0)} %`}</td>
      <td>
        <div className="buttons">
        {pid === null ? (
          <Button onClick={() => ask('start')}>{say('services.start')}</Button>
        ) : (
          <>
            <Button onClick={() => ask('stop')}>{say('services.stop')}</Button>
            <Button look="danger" onClick={() => ask('kill')}>{say('services.kill')}</Button>
            <Button onClick={() => ask(frozen ? 'resume' : 'pause')}>{say(frozen ? 'services.resume' : 'services.pause')}</Button>
          </>
        )}
        <a className="out" href={hrefTo('services', name)}>{say('services.logs')}</a>
        {docs !== null && <a className="out" href={docs} target="_blank" rel="noreferrer">{say('common.swagger')}</a>}
        </div>
      </td>
    </tr>
  );
}

function Logs({ name }: { readonly name: string }): ReactNode {
  const { api, say } = useDesk();
  const ask = useCallback(async () => (await api.get<{ lines: readonly string[] }>(`/api/processes/${encodeURIComponent(name)}/logs?lines=${LINES}`)).lines, [api, name]);
  const { value: lines, error } = useAsked(ask, LOOK_EVERY_MS);
  return (
    <Panel title={say('services.logs-of', { name })} tools={<a className="out" href={hrefTo('services')}>{say('common.close')}</a>}>
      {lines === null ? (
        <Empty>{error ?? say('common.loading')}</Empty>
      ) : (
        <Scroll label={say('services.logs-of', { name })} className="code logs">
          <ol data-testid="logs">{lines.toReversed().map((line, index) => <LogLine key={`${lines.length - index}-${line}`} line={line} />)}</ol>
        </Scroll>
      )}
    </Panel>
  );
}
