import { type ReactNode, useEffect, useRef, useState } from 'react';
import { newPerson, type Person } from '../../api/people';
import { useDesk, useDo } from '../../desk';
import { Button, Empty, Panel } from '../../ui/parts';
import { ChatWindow } from './chat-window';
import { openRoom, talkIn, type Talk } from './talk';

interface Conversation {
  readonly people: readonly [Person, Person];
  readonly talks: readonly [Talk, Talk];
}

/** Two clients, each at a node of its own, in one room. */
export default function ChatPane(): ReactNode {
  const { api, say, topology } = useDesk();
  const act = useDo();
  const [conversation, setConversation] = useState<Conversation | null>(null);
  const [isOpening, setOpening] = useState(false);
  const open = useRef<Conversation | null>(null);
  const begin = async (): Promise<void> => {
    setOpening(true);
    try {
      const people = await Promise.all([newPerson(api, 'mina'), newPerson(api, 'jun')]);
      const { body } = await openRoom(api, people[0], 'courtyard');
      const talks = await Promise.all([talkIn(topology, 0, people[0], body.id), talkIn(topology, 1, people[1], body.id)]);
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
      tools={<Button look={conversation ? 'plain' : 'main'} disabled={isOpening || topology === null} onClick={() => act(begin)} data-testid="open-room">{say(conversation ? 'chat.new' : 'chat.open')}</Button>}
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
    </Panel>
  );
}

function close(conversation: Conversation | null): void {
  for (const { client } of conversation?.talks ?? []) client.close();
}
