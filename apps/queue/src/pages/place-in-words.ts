import type { WaitingPlace } from '@madang/waiting-room';

/**
 * Where somebody stands, for people. The page's script runs this very text, so it uses nothing from outside.
 * @param etaMs null while the room is paused
 */
export function placeInWords(position: number, etaMs: number | null, phase: WaitingPlace['phase']): { title: string; position: string; eta: string } {
  const number = position.toLocaleString('en');
  const many = (count: number, unit: string): string => `About ${count} ${unit}${count === 1 ? '' : 's'} to go.`;
  const seconds = (etaMs ?? 0) / 1000;
  const time = etaMs === null ? 'The line is paused. Your place is kept.'
    : seconds < 3 ? 'A moment to go.'
    : seconds < 55 ? many(Math.ceil(seconds / 5) * 5, 'second')
    : seconds < 3300 ? many(Math.ceil(seconds / 60), 'minute')
    : many(Math.ceil(seconds / 3600), 'hour');
  const eta = phase === 'pre-queue' ? `It is not open yet. The order is drawn by lot: until it opens, your number may change. ${time}`
    : phase === 'held' ? `The line is held for a moment, so that all who were here before an interruption come back to their places. Until then your number may rise. ${time}`
    : time;
  return { title: position === 1 ? 'Next in line' : `Number ${number} in line`, position: position === 1 ? 'You are next.' : `You are number ${number} in line.`, eta };
}
