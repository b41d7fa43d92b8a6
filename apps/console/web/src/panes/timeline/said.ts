import type { TimelineStep } from '../../../../feed/api';

/** Worth a word only where they are the case. */
const UNLESS_TRUE = new Set(['error', 'duplicate']);

/** Of a step's facts those that say something; that a replica does not show the event is one. */
export function said(facts: TimelineStep['facts']): readonly (readonly [string, string])[] {
  return Object.entries(facts).flatMap(([name, value]) => (value === null || value === '' || (value === false && UNLESS_TRUE.has(name)) ? [] : [[name, String(value)] as const]));
}
