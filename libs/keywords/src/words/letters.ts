import type { NormalText } from '../normalise/normal-text';
import { isLatin, isLetter, kindTable, LETTER, SEPARATOR, STANDS_IN } from './kind';

/** The letters of a text without what is between them: letter `i` is `units[i]`, at `places[i]` of the text. */
export class Letters {
  readonly kinds = kindTable();
  units = new Uint16Array(256);
  places = new Int32Array(256);
  length = 0;

  of(text: NormalText): this {
    if (text.length > this.units.length) this.#enlarge(text.length);
    const { kinds, units, places } = this;
    const written = text.units;
    let count = 0;
    for (let place = 0; place < text.length; place++) {
      const unit = written[place] ?? 0;
      const kind = kinds[unit];
      if (kind === SEPARATOR) continue;
      if (kind !== LETTER) {
        if (kind === STANDS_IN) {
          const besideLatin = (place > 0 && isLatin(written[place - 1])) || (place + 1 < text.length && isLatin(written[place + 1]));
          if (!besideLatin) continue;
        } else {
          const pair = String.fromCharCode(unit, written[place + 1] ?? 0);
          if (isLetter(pair)) {
            units[count] = unit;
            places[count++] = place;
            units[count] = written[place + 1] ?? 0;
            places[count++] = place + 1;
          }
          place++;
          continue;
        }
      }
      units[count] = unit;
      places[count++] = place;
    }
    this.length = count;
    return this;
  }

  #enlarge(length: number): void {
    this.units = new Uint16Array(Math.ceil(length * 1.5));
    this.places = new Int32Array(Math.ceil(length * 1.5));
  }
}
