import { type ReactNode, useCallback } from 'react';
import type { TopicSummary } from '../../../../feed/api';
import { useDesk } from '../../desk';
import { count } from '../../ui/format';
import { Badge, Empty, Panel, Scroll } from '../../ui/parts';
import { useAsked } from '../../ui/use-asked';

const LOOK_EVERY_MS = 2_000;

export function Topics({ chosen, hrefOf }: { readonly chosen: string | null; hrefOf(topic: string): string }): ReactNode {
  const { api, say, language } = useDesk();
  const ask = useCallback(async () => (await api.get<{ items: readonly TopicSummary[] }>('/api/topics')).items, [api]);
  const { value: topics, error } = useAsked(ask, LOOK_EVERY_MS);
  return (
    <Panel title={say('kafka.topics')} note={say('kafka.topics.note')} className="aside">
      {topics === null ? (
        <Empty>{error ?? say('common.loading')}</Empty>
      ) : (
        <Scroll label={say('kafka.topics')}>
          <ul className="list" data-testid="topics">
            {topics.map(({ name, partitions, messages, role }) => (
              <li key={name}>
                <a href={hrefOf(name)} aria-current={name === chosen ? 'true' : undefined}>
                  <span className="grow mono">{name}</span>
                  {role === 'dead-letter' && messages > 0 && <Badge kind="bad">!</Badge>}
                  <span className="mono quiet" title={say('kafka.partitions', { count: partitions })}>{count(messages, language)} · {partitions}p</span>
                </a>
              </li>
            ))}
          </ul>
        </Scroll>
      )}
    </Panel>
  );
}
