import { type ReactNode, useState } from 'react';
import { useDesk } from '../../desk';
import { hrefTo } from '../../route';
import { Choice } from '../../ui/parts';
import { DeadLetters } from './dead-letters';
import { GroupLag } from './group-lag';
import { Tail } from './tail';
import { Topics } from './topics';

type View = 'topics' | 'lag' | 'letters';

export default function KafkaPane(): ReactNode {
  const { say, route } = useDesk();
  const [view, setView] = useState<View>(route.of === 'dead-letters' ? 'letters' : 'topics');
  const topic = route.of === 'dead-letters' ? null : route.of;
  return (
    <>
      <Choice<View>
        label={say('pane.kafka')}
        value={view}
        options={[{ value: 'topics', text: say('kafka.topics') }, { value: 'lag', text: say('kafka.lag') }, { value: 'letters', text: say('kafka.letters') }]}
        onChoose={setView}
      />
      {view === 'topics' && (
        <div className="split">
          <Topics chosen={topic} hrefOf={(name) => hrefTo('kafka', name)} />
          <Tail key={topic} topic={topic} />
        </div>
      )}
      {view === 'lag' && <GroupLag />}
      {view === 'letters' && <DeadLetters />}
    </>
  );
}
