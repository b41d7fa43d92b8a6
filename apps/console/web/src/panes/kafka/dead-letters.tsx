import { type ReactNode, useCallback, useState } from 'react';
import { resultOf, type Result } from '../../ui/result';
import { ResultList } from '../../ui/result-list';
import { useDesk, useDo } from '../../desk';
import { Badge, Button, Empty, Panel, Scroll } from '../../ui/parts';
import { useAsked } from '../../ui/use-asked';

interface Letter {
  readonly id: string;
  readonly state: string;
  readonly topic: string;
  readonly group: string;
  readonly code: string;
  readonly cause: string;
  readonly attempt: number;
  readonly deadAt: string;
}

const LOOK_EVERY_MS = 2_000;
const OPERATOR = 'console';

export function DeadLetters(): ReactNode {
  const { api, say } = useDesk();
  const act = useDo();
  const [results, setResults] = useState<readonly Result[]>([]);
  const ask = useCallback(async () => (await api.service<{ items?: readonly Letter[] }>({ service: 'relay', method: 'GET', path: '/dead-letters?limit=100', admin: true })).body.items ?? [], [api]);
  const { value: letters, again } = useAsked(ask, LOOK_EVERY_MS);
  const settle = (text: string, path: string, body: object): void =>
    act(async () => {
      const answer = await api.service({ service: 'relay', method: 'POST', path, body: { operator: OPERATOR, ...body }, admin: true });
      setResults((before) => [resultOf(text, answer), ...before]);
      again();
    });
  return (
    <Panel
      title={say('kafka.letters')}
      note={say('kafka.letters.note')}
      tools={<Button disabled={!letters || letters.length === 0} onClick={() => settle(say('kafka.replayed-all'), '/dead-letters/replay', { all: true })}>{say('kafka.replay-all')}</Button>}
    >
      {letters && letters.length > 0 ? (
        <Scroll label={say('kafka.letters')}>
          <table>
            <thead>
              <tr><th>{say('kafka.letter')}</th><th>{say('kafka.group')}</th><th>{say('kafka.cause')}</th><th className="number">{say('kafka.attempt')}</th><th><span className="hidden">{say('kafka.replay')}</span></th></tr>
            </thead>
            <tbody>
              {letters.map(({ id, group, code, cause, attempt }) => (
                <tr key={id}>
                  <td className="mono">{id}</td>
                  <td>{group}</td>
                  <td><Badge kind="bad">{code}</Badge> {cause}</td>
                  <td className="number mono">{attempt}</td>
                  <td><div className="buttons">
                    <Button onClick={() => settle(say('kafka.replayed', { id }), `/dead-letters/${encodeURIComponent(id)}/replay`, {})}>{say('kafka.replay')}</Button>
                    <Button look="bare" onClick={() => settle(say('kafka.discarded', { id }), `/dead-letters/${encodeURIComponent(id)}/discard`, { reason: 'Discarded in the console' })}>{say('kafka.discard')}</Button>
                  </div></td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : (
        <Empty>{say(letters === null ? 'common.loading' : 'kafka.no-letters')}</Empty>
      )}
      {results.length > 0 && <ResultList label={say('kafka.letters')} results={results} />}
    </Panel>
  );
}
