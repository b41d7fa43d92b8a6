import { doubtsAbout } from './conviction.ts';
import { mutantNamed, mutants } from './mutants.ts';

const skipInbox = mutantNamed('skip-inbox', 'embedded');
const twice = { invariant: 'effects-once', what: 'event e1 took effect 2 times in the ledger' };
const counted = { invariant: 'effects-once', what: 'the ledger has counted 3 effects of gone, which has only 2 events' };

describe('a mutant', () => {
  it('is found by the evidence that it declares', () => {
    expect(doubtsAbout(skipInbox, [twice, counted])).toEqual([]);
  });

  it.each(mutants)('$name is not found where nothing is', (mutant) => {
    expect(doubtsAbout(mutant, [])).toHaveLength(mutant.evidence.length);
  });

  it('is not found by the right invariant for another reason', () => {
    expect(doubtsAbout(skipInbox, [counted])).toEqual([expect.stringContaining('skip-inbox was not found: no violation of effects-once')]);
  });

  it.each(['recovery', 'dead-letters', 'committed-events'])('is not found by a platform that falls over: %s', (invariant) => {
    expect(doubtsAbout(skipInbox, [twice, { invariant, what: 'it fell over' }])).toEqual([`skip-inbox does not explain: ${invariant}: it fell over`]);
  });

  it.each(mutants)('$name never explains that the platform does not recover, or dead letters', ({ evidence, consequences }) => {
    const explained = [...evidence.map(({ invariant }) => invariant), ...consequences];
    expect(explained).not.toContain('recovery');
    expect(explained).not.toContain('dead-letters');
  });

  it('is refused with an engine for which it is none', () => {
    expect(() => mutantNamed('acknowledge-early', 'debezium')).toThrow('acknowledge-early shows nothing with --cdc debezium. It is for: --cdc embedded');
    expect(() => mutantNamed('nobody', 'embedded')).toThrow('There are: acknowledge-early, skip-inbox');
  });
});
