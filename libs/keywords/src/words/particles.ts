import type { NormalText } from '../normalise/normal-text';

/** What Korean puts to a noun without a space, verbs of asking and offering too: after a whole word it is still that word. */
const PARTICLES = /^(?:으로|로|은|는|이|가|을|를|에|에서|에게|도|만|의|와|과|랑|이랑|하고|나|이나|요|이요|이에요|예요|입니다|임|말고|주세요|주셔요|줘|줘요|주라|해요|해주세요|보내주세요|있어요|있나요|있으세요|드릴게요|드려요|줄게|줄게요|할게요|하세요|하실래요|가능|추가)+(?!\p{L})/u;
const LONGEST = 12;

export function isFollowedByParticles(text: NormalText, place: number): boolean {
  return PARTICLES.test(text.slice(place, Math.min(text.length, place + LONGEST)));
}
