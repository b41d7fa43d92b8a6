import type { Phrase } from '../i18n/phrases';
import type { PaneName } from '../route';
import { chatStory } from './chat-story';
import { replicaStory } from './replica-story';
import { rushStory } from './rush-story';
import type { Stage } from './stage';
import { withdrawalStory } from './withdrawal-story';

export interface Story {
  readonly name: 'withdraw' | 'rush' | 'phone' | 'lag';
  readonly title: Phrase;
  readonly tells: Phrase;
  /** Where to look at it while it happens. */
  readonly pane: PaneName;
  play(stage: Stage): Promise<void>;
}

export const STORIES: readonly Story[] = [
  { name: 'withdraw', title: 'start.withdraw', tells: 'start.withdraw.tells', pane: 'map', play: withdrawalStory },
  { name: 'rush', title: 'start.rush', tells: 'start.rush.tells', pane: 'room', play: rushStory },
  { name: 'phone', title: 'start.phone', tells: 'start.phone.tells', pane: 'chat', play: chatStory },
  { name: 'lag', title: 'start.lag', tells: 'start.lag.tells', pane: 'replicas', play: replicaStory },
];
