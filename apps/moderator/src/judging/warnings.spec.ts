import fc from 'fast-check';
import { type Trigger, Warnings } from './warnings';

const MINUTE = 60_000;

function trigger({ room = 'r', message = '', rule = 'a', at = 0, cooldownMs = MINUTE } = {}): Trigger {
  return { roomId: room, messageId: message || crypto.randomUUID(), rule: { id: rule, mode: 'live', cooldownMs }, at };
}

it('tells a room once within a cooldown, by the times of the messages', () => {
  const warnings = new Warnings();
  const outcomes = [0, MINUTE - 1, MINUTE, MINUTE + 1, 2 * MINUTE].map((at) => warnings.decide(trigger({ at })));
  expect(outcomes).toEqual(['said', 'cooled-down', 'said', 'cooled-down', 'said']);
});

it('cools down no other room and no other rule', () => {
  const warnings = new Warnings();
  const outcomes = [trigger(), trigger({ room: 'other' }), trigger({ rule: 'b' }), trigger()].map((each) => warnings.decide(each));
  expect(outcomes).toEqual(['said', 'said', 'said', 'cooled-down']);
});

it('tells of one message once, however long it takes until it is edited', () => {
  const warnings = new Warnings();
  const outcomes = [0, 10 * MINUTE].map((at) => warnings.decide(trigger({ message: 'm', at })));
  expect(outcomes).toEqual(['said', 'repeated']);
});

it('tells of a message that was passed over, when it is edited later', () => {
  const warnings = new Warnings();
  const outcomes = [trigger(), trigger({ message: 'm', at: 1 }), trigger({ message: 'm', at: MINUTE })].map((each) => warnings.decide(each));
  expect(outcomes).toEqual(['said', 'cooled-down', 'said']);
});

it('judges an old message that comes late by what was said before it', () => {
  const warnings = new Warnings();
  const outcomes = [10 * MINUTE, 0, 1, 10 * MINUTE + 1].map((at) => warnings.decide(trigger({ at })));
  expect(outcomes).toEqual(['said', 'said', 'cooled-down', 'cooled-down']);
});

it('passes over a shadow rule, which cools nothing down', () => {
  const warnings = new Warnings();
  expect(warnings.decide({ ...trigger(), rule: { id: 'a', mode: 'shadow', cooldownMs: MINUTE } })).toBe('shadow');
  expect(warnings.decide(trigger())).toBe('said');
});

it('knows what was told before, in whatever order it hears of it', () => {
  const times = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1 });
  fc.assert(
    fc.property(times, fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 300 }), (told, at, cooldownMs) => {
      const warnings = new Warnings();
      for (const time of told) warnings.tellAt('r', 'a', time);
      const expected = told.some((time) => time <= at && at - time < cooldownMs) ? 'cooled-down' : 'said';
      expect(warnings.decide(trigger({ at, cooldownMs }))).toBe(expected);
    }),
  );
});
