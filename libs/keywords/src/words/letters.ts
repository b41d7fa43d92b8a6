import { composeHangul, type Units } from '../normalise/hangul';
import type { NormalText } from '../normalise/normal-text';
import { isLatin, isLetter, kindTable, LETTER, SEPARATOR, STANDS_IN } from './kind';

const R = 0x72;

/** The letters of a text without what is between them: letter `i` is `units[i]`, and what the text has in `[starts[i], ends[i])`. */
export class Letters implements Units {
  readonly kinds = kindTable();
  units = new Uint16Array(256);
  starts = new Int32Array(256);
  ends = new Int32Array(256);
  length = 0;

  of(text: NormalText): this {
    if (text.length >= this.units.length) this.#enlarge(text.length);
    const { kinds, units: letters, starts, ends } = this;
    const { units, length } = text;
    let count = 0;
    let noise = false;
    for (let place = 0; place < length; place++) {
      const unit = units[place] ?? 0;
      const kind = kinds[unit];
      if (kind === SEPARATOR) continue;
      if (kind !== LETTER) {
        if (kind === STANDS_IN) {
          const besideLatin = (place > 0 && isLatin(units[place - 1])) || (place + 1 < length && isLatin(units[place + 1]));
          if (!besideLatin) continue;
        } else {
          const low = units[++place] ?? 0;
          if (!isLetter(String.fromCharCode(unit, low))) continue;
          letters[count] = unit;
          starts[count] = place - 1;
          ends[count++] = place;
          letters[count] = low;
          starts[count] = place;
          ends[count++] = place + 1;
          continue;
        }
      } else if (!noise && isNoise(unit) && count > 0 && isSyllable(letters[count - 1] ?? 0)) {
        noise = true;
      }
      letters[count] = unit;
      starts[count] = place;
      ends[count++] = place + 1;
    }
    this.length = text.hasHangulLetters ? composeHangul(this, count) : count;
    if (noise || text.hasHangulLetters) this.#dropBetweenSyllables();
    return this;
  }

  /** 카ㅋ톡, 카ㅏ톡, 카r톡, 카1톡: one letter or figure that is part of no syllable, right between two that are. */
  #dropBetweenSyllables(): void {
    const { units, starts, ends, length } = this;
    let written = 0;
    for (let letter = 0; letter < length; letter++) {
      const unit = units[letter] ?? 0;
      const isRightBetween = written > 0 && letter + 1 < length && ends[written - 1] === starts[letter] && ends[letter] === starts[letter + 1];
      if (isRightBetween && isNoise(unit) && isSyllable(units[written - 1] ?? 0) && isSyllable(units[letter + 1] ?? 0)) continue;
      units[written] = unit;
      starts[written] = starts[letter] ?? 0;
      ends[written++] = ends[letter] ?? 0;
    }
    this.length = written;
  }

  #enlarge(length: number): void {
    this.units = new Uint16Array(Math.ceil(length * 1.5));
    this.starts = new Int32Array(Math.ceil(length * 1.5));
    this.ends = new Int32Array(Math.ceil(length * 1.5));
  }
}

function isSyllable(unit: number): boolean {
  return unit >= 0xac00 && unit <= 0xd7a3;
}

function isNoise(unit: number): boolean {
  return (unit >= 0x3131 && unit <= 0x3163) || unit === R || (unit >= 0x30 && unit <= 0x39);
}
