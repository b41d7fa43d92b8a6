import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { newPerson, type Person } from '../../api/people';
import { useConsole, useDesk, useDo } from '../../desk';
import { Button, Empty, Labelled, Panel } from '../../ui/parts';
import { resultOf, type Result } from '../../ui/result';
import { ResultList } from '../../ui/result-list';
import { ChatWindow } from './chat-window';
import { openRoom, readRoom, talkIn, type Talk } from './talk';

const CHAT_EVENTS = 'chat.events.v1';
const MOST_ROOMS = 20;

interface Conversation {
  readonly people: readonly [Person, Person];
  readonly talks: readonly [Talk, Talk];
}

/** Two clients, each at a node of its own, in one room: a new one, or one that there is. */
export default function ChatPane(): ReactNode {
  const { api, say, topology } = useDesk();
  const act = useDo();
  const [conversation, setConversation] = useState<Conversation | null>(null);
  const [isOpening, setOpening] = useState(false);
  const [given, setGiven] = useState('');
  const [done, setDone] = useState<Result | null>(null);
  const rooms = useRooms();
  const wanted = given.trim();
  const open = useRef<Conversation | null>(null);
  const begin = async (): Promise<void> => {
    setOpening(true);
    try {
      const people = await Promise.all([newPerson(api, 'mina'), newPerson(api, 'jun')]);
      const opened = wanted === '' ? await openRoom(api, people[0], 'courtyard') : null;
      const id = opened?.body.id ?? wanted;
      const talks = await Promise.all([talkIn(topology, 0, people[0], id), talkIn(topology, 1, people[1], id)]);
      setDone(opened ? resultOf(say('story.room'), opened) : resultOf(say('chat.entered'), await readRoom(api, people[0], id), 'saw'));
      close(open.current);
      open.current = { people, talks };
      setConversation(open.current);
    } finally {
      setOpening(false);
    }
  };
  useEffect(() => () => close(open.current), []);
  return (
    <Panel
      title={say('chat.title')}
      note={say('chat.note')}
      tools={
        <>
          <Labelled label={say('chat.room')}>
            <input type="text" className="mono" spellCheck={false} list="rooms" value={given} onChange={({ target }) => setGiven(target.value)} data-testid="wanted-room" />
          </Labelled>
          <datalist id="rooms">{rooms.map((id) => <option key={id} value={id} />)}</datalist>
          <Button look={conversation ? 'plain' : 'main'} disabled={isOpening || topology === null} onClick={() => act(begin)} data-testid="open-room">{say(wanted !== '' ? 'chat.enter' : conversation ? 'chat.new' : 'chat.open')}</Button>
        </>
      }
    >
      {conversation ? (
        <div className="twins">
          {conversation.talks.map((talk, index) => (
            <ChatWindow key={`${talk.room.id}-${index}`} talk={talk} me={conversation.people[index === 0 ? 0 : 1]} people={conversation.people} />
          ))}
        </div>
      ) : (
        <Empty>{say(isOpening ? 'chat.opening' : 'chat.none')}</Empty>
      )}
      {done && <ResultList label={say('chat.title')} results={[done]} />}
    </Panel>
  );
}

/** Where somebody has spoken of late. */
function useRooms(): readonly string[] {
  const records = useConsole((state) => state.records);
  return useMemo(() => [...new Set(records.flatMap(({ topic, role, key }) => (topic === CHAT_EVENTS && role === 'domain-event' && key !== null ? [key] : [])))].toReversed().slice(0, MOST_ROOMS), [records]);
}

function close(conversation: Conversation | null): void {
  for (const { client } of conversation?.talks ?? []) client.close();
}
