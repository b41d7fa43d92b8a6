import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { RoomChange } from '@madang/chat-client';
import type { Person } from '../../api/people';
import { useConsole, useDesk, useDo } from '../../desk';
import { Badge, Button, Scroll, TraceLink } from '../../ui/parts';
import { short } from '../../ui/format';
import type { Talk } from './talk';

const MOST_SHOWN = 200;
const SUGGESTED = ['안녕하세요!', '제 번호는 공일공 일이삼사 오육칠팔', 'text me on wh4tsapp'];

interface ChatWindowProps {
  readonly talk: Talk;
  readonly me: Person;
  readonly people: readonly Person[];
}

export function ChatWindow({ talk, me, people }: ChatWindowProps): ReactNode {
  const { say } = useDesk();
  const act = useDo();
  const changes = useChanges(talk);
  const state = useClientState(talk);
  const [text, setText] = useState('');
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' }); // newer browsers answer with a promise, which is no effect's end
  }, [changes]);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const said = text.trim();
    if (said === '') return;
    setText('');
    act(() => talk.room.send(said));
  };
  return (
    <section className="chat" aria-label={me.nickname}>
      <header>
        <h3>{me.nickname}</h3>
        <Badge kind={state === 'connected' ? 'good' : 'warn'}>{talk.node} · {state}</Badge>
      </header>
      <Scroll label={`${say('chat.said')}: ${me.nickname}`}>
        <ol className="messages" data-testid="messages">
          {changes.map((change) => <Message key={change.seq} change={change} isMine={change.senderId === me.id} from={people.find(({ id }) => id === change.senderId)?.nickname} />)}
          <li ref={end} aria-hidden="true" />
        </ol>
      </Scroll>
      <div className="suggested">
        {SUGGESTED.map((each) => <Button key={each} look="bare" onClick={() => act(() => talk.room.send(each))}>{each}</Button>)}
      </div>
      <form onSubmit={send}>
        <input type="text" value={text} maxLength={2_000} aria-label={say('chat.say', { name: me.nickname })} placeholder={say('chat.say', { name: me.nickname })} onChange={({ target }) => setText(target.value)} />
        <Button type="submit" look="main">{say('chat.send')}</Button>
      </form>
    </section>
  );
}

function Message({ change, isMine, from }: { readonly change: RoomChange; readonly isMine: boolean; readonly from: string | undefined }): ReactNode {
  const { say } = useDesk();
  const traceId = useTraceOf(change);
  return (
    <li className={`message ${change.kind} ${isMine ? 'mine' : ''}`}>
      <p>{change.text}</p>
      <footer>
        <span className="mono">#{change.seq}</span> {change.kind === 'system' ? say('chat.moderator') : (from ?? short(change.senderId ?? '?'))}
        {change.kind === 'system' && change.triggerMessageId !== undefined && <span> · {say('chat.answers')}</span>}
        <TraceLink traceId={traceId}>{say(change.kind === 'system' ? 'chat.its-event' : 'common.timeline')}</TraceLink>
      </footer>
    </li>
  );
}

/** The trace of the event that tells of this message: of its room, the one that was published just after. */
function useTraceOf({ roomId, kind, createdAt }: RoomChange): string | null {
  const type = kind === 'system' ? 'chat.system-message-posted' : 'chat.message-posted';
  const said = Date.parse(createdAt);
  return useConsole((state) => state.records.find((record) => record.role === 'domain-event' && record.key === roomId && record.type === type && record.at >= said - 50)?.traceId ?? null);
}

function useChanges({ room }: Talk): readonly RoomChange[] {
  const [changes, setChanges] = useState<readonly RoomChange[]>([]);
  useEffect(() => {
    let lastSeq = 0;
    const take = (change: RoomChange): void => {
      if (change.seq <= lastSeq) return;
      lastSeq = change.seq;
      setChanges((before) => [...before.slice(1 - MOST_SHOWN), change]);
    };
    return room.on('change', take);
  }, [room]);
  return changes;
}

function useClientState({ client }: Talk): string {
  const [state, setState] = useState<string>(client.state);
  useEffect(() => client.on('state', setState), [client]);
  return state;
}
