/** Units with the ranges of the source that they come from; as long as its `length`. */
export interface Units {
  readonly units: Uint16Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const FINALS = 'ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ';
const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const FIRST_VOWEL = 0x314f;
const LAST_VOWEL = 0x3163;
const R = 0x72;

/**
 * Single letters become syllables, as an input method would join them: conjoining ones as in NFC; those of the keyboard (ㅋㅏㅌㅗㄱ) with a final where no vowel
 * follows. `r` after a consonant is ㅏ (ㅋr톡). A letter that stays alone is the keyboard's. What has been a syllable before takes no final of the keyboard: 오ㅋㅋ.
 * @returns the new length
 */
export function composeHangul({ units, starts, ends }: Units, length: number): number {
  let written = 0;
  for (let read = 0; read < length; ) {
    const unit = units[read] ?? 0;
    const before = written > 0 ? (units[written - 1] ?? 0) : 0;
    const conjoiningFinal = unit >= 0x11a8 && unit <= 0x11c2;
    if (conjoiningFinal && isOpenSyllable(before)) {
      units[written - 1] = before + unit - 0x11a7;
      ends[written - 1] = ends[read] ?? 0;
      read++;
      continue;
    }
    const letter = keyboardLetter(unit);
    const initial = initialOf(letter);
    const vowel = initial < 0 ? -1 : vowelAt(units, read + 1, length);
    starts[written] = starts[read] ?? 0;
    if (vowel < 0) {
      units[written] = letter;
      ends[written++] = ends[read++] ?? 0;
      continue;
    }
    const typed = letter === unit && !isConjoining(units[read + 1] ?? 0);
    const syllable = FIRST_SYLLABLE + (initial * 21 + vowel) * 28;
    read += 2;
    const final = typed && read < length && vowelAt(units, read + 1, length) < 0 ? finalOf(units[read] ?? 0) : 0;
    if (final > 0) read++;
    units[written] = syllable + final;
    ends[written++] = ends[read - 1] ?? 0;
  }
  return written;
}

function isOpenSyllable(unit: number): boolean {
  return unit >= FIRST_SYLLABLE && unit <= LAST_SYLLABLE && (unit - FIRST_SYLLABLE) % 28 === 0;
}

function isConjoining(unit: number): boolean {
  return unit >= 0x1100 && unit <= 0x11ff;
}

/** The one on the keyboard for a conjoining letter; any other unit is itself. */
function keyboardLetter(unit: number): number {
  if (unit >= 0x1100 && unit <= 0x1112) return INITIALS.charCodeAt(unit - 0x1100);
  if (unit >= 0x1161 && unit <= 0x1175) return FIRST_VOWEL + unit - 0x1161;
  if (unit >= 0x11a8 && unit <= 0x11c2) return FINALS.charCodeAt(unit - 0x11a8);
  return unit;
}

function initialOf(letter: number): number {
  return letter >= 0x3131 && letter < FIRST_VOWEL ? INITIALS.indexOf(String.fromCharCode(letter)) : -1;
}

/** 0 is none. */
function finalOf(letter: number): number {
  return letter >= 0x3131 && letter < FIRST_VOWEL ? FINALS.indexOf(String.fromCharCode(letter)) + 1 : 0;
}

function vowelAt(units: Uint16Array, index: number, length: number): number {
  if (index >= length) return -1;
  const letter = keyboardLetter(units[index] ?? 0);
  if (letter >= FIRST_VOWEL && letter <= LAST_VOWEL) return letter - FIRST_VOWEL;
  const next = index + 1 < length ? (units[index + 1] ?? 0) : 0;
  return letter === R && !(next >= 0x61 && next <= 0x7a) ? 0 : -1;
}
