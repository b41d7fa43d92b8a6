import { type ReactNode, useCallback, useDeferredValue, useEffect, useState } from 'react';
import { detailOf, succeeded } from '../../api/people';
import { useDesk, useDo } from '../../desk';
import { Badge, Button, CopyButton, Empty, Labelled, Panel, Scroll } from '../../ui/parts';
import { resultOf, type Result } from '../../ui/result';
import { ResultList } from '../../ui/result-list';
import { useAsked } from '../../ui/use-asked';
import { BitRow } from './bit-row';
import type { Format, Reading } from './reading';

const HOW_MANY = 5;
/** Until the service answers: it may be on its way back. */
const ASK_AGAIN_MS = 2_000;

export default function IdsPane(): ReactNode {
  const [pasted, setPasted] = useState('175928847299117063');
  return (
    <>
      <Make onPick={setPasted} />
      <Read pasted={pasted} onPaste={setPasted} />
    </>
  );
}

function Make({ onPick }: { onPick(id: string): void }): ReactNode {
  const { api, say } = useDesk();
  const act = useDo();
  const askFormats = useCallback(async () => (await api.service<{ formats?: readonly Format[] }>({ service: 'id', method: 'GET', path: '/ids' })).body.formats, [api]);
  const [isKnown, setKnown] = useState(false);
  const { value: formats } = useAsked(askFormats, isKnown ? undefined : ASK_AGAIN_MS);
  useEffect(() => setKnown(formats !== null && formats !== undefined), [formats]);
  const [made, setMade] = useState<{ format: string; ids: readonly string[]; result: Result } | null>(null);
  const make = async (format: string): Promise<void> => {
    const answer = await api.service<{ ids: readonly string[] }>({ service: 'id', method: 'GET', path: `/ids/${format}?count=${HOW_MANY}` });
    succeeded(answer);
    setMade({ format, ids: answer.body.ids, result: resultOf(say('ids.made', { count: HOW_MANY, format }), answer) });
    const [first] = answer.body.ids;
    if (first !== undefined) onPick(first);
  };
  return (
    <Panel title={say('ids.make')} note={say('ids.make.note')}>
      <div className="buttons">
        {(formats ?? []).map(({ format, description, ordered }) => (
          <Button key={format} title={description} aria-pressed={made?.format === format} onClick={() => act(() => make(format))} data-testid={`make-${format}`}>
            {format} {!ordered && <Badge kind="warn">{say('ids.unordered')}</Badge>}
          </Button>
        ))}
      </div>
      {made ? (
        <>
          <ol className="ids mono" data-testid="ids">
            {made.ids.map((id) => (
              <li key={id}>
                <button type="button" className="link" onClick={() => onPick(id)}>{id}</button> <CopyButton text={id} label={say('common.copy')} />
              </li>
            ))}
          </ol>
          <ResultList label={say('ids.make')} results={[made.result]} />
        </>
      ) : (
        <Empty>{say('ids.none')}</Empty>
      )}
    </Panel>
  );
}

function Read({ pasted, onPaste }: { readonly pasted: string; onPaste(id: string): void }): ReactNode {
  const { api, say } = useDesk();
  const id = useDeferredValue(pasted.trim());
  const ask = useCallback(async () => {
    if (id === '') return [];
    const { ok, body } = await api.service<{ readings: readonly Reading[] }>({ service: 'id', method: 'GET', path: `/decode?id=${encodeURIComponent(id)}` });
    if (!ok) throw new Error(detailOf(body));
    return body.readings;
  }, [api, id]);
  const { value: readings, error } = useAsked(ask);
  return (
    <Panel title={say('ids.read')} note={say('ids.read.note')}>
      <Labelled label={say('ids.paste')}>
        <input type="text" className="mono" spellCheck={false} maxLength={200} value={pasted} onChange={({ target }) => onPaste(target.value)} />
      </Labelled>
      {error !== null && <p className="verdict bad">{error}</p>}
      {error === null && (
        <Scroll label={say('ids.read')} className="tall">
          {(readings ?? []).map((reading) => <BitRow key={`${reading.format}-${reading.preset ?? ''}`} reading={reading} />)}
        </Scroll>
      )}
    </Panel>
  );
}
