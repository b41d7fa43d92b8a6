import { Counter, Gauge } from 'prom-client';

export const openLetters = new Gauge({
  name: 'dead_letters_open',
  help: 'Dead letters that are neither replayed nor discarded, by origin topic, consumer group and cause code',
  labelNames: ['topic', 'group', 'code'] as const,
});

export const unindexedLetters = new Gauge({
  name: 'dead_letters_unindexed',
  help: 'Records of dead-letter topics that the index has no room for; 0 unless very many letters are open',
});

export const replayedLetters = new Counter({
  name: 'dead_letters_replayed_total',
  help: 'Dead letters published again by this process, by origin topic and consumer group',
  labelNames: ['topic', 'group'] as const,
});

export const discardedLetters = new Counter({
  name: 'dead_letters_discarded_total',
  help: 'Dead letters discarded by this process, by origin topic and consumer group',
  labelNames: ['topic', 'group'] as const,
});
