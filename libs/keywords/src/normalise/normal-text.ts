import { DROPPED, fold, foldCluster, isHangulLetter, joinsWhatIsBefore } from './fold';
import { composeHangul, type Units } from './hangul';

/** More marks on one letter than any writing has: the rest begins anew, for sorting them costs the square of their number (UAX 15, Stream-Safe Text). */
const LONGEST_CLUSTER = 32;
/** `String.fromCharCode` takes its units as arguments. */
const UNITS_A_CALL = 4_096;

/**
 * A text as it is compared: unit `i` comes from `[starts[i], ends[i])` of the source, UTF-16 indices that never lie within a surrogate pair. Both rise.
 * One is read after the other into the same memory: what is kept has to be copied.
 */
export class NormalText implements Units {
  units = new Uint16Array(256);
  starts = new Int32Array(256);
  ends = new Int32Array(256);
  length = 0;
  source = '';
  #text: string | undefined;
  #hasHangulLetters = false;

  read(source: string): this {
    this.#text = undefined;
    this.#hasHangulLetters = false;
    this.source = source;
    this.length = 0;
    this.#reserve(source.length);
    let { units, starts, ends } = this;
    let written = 0;
    for (let index = 0; index < source.length; ) {
      const unit = source.charCodeAt(index);
      const folded = fold(unit);
      if (folded >= 0) {
        if (isHangulLetter(folded)) this.#hasHangulLetters = true;
        units[written] = folded;
        starts[written] = index;
        ends[written++] = ++index;
      } else if (folded === DROPPED) {
        index++;
      } else {
        this.length = written;
        index = this.#readCluster(index);
        written = this.length;
        ({ units, starts, ends } = this);
      }
    }
    this.length = this.#hasHangulLetters ? composeHangul(this, written) : written;
    return this;
  }

  /** Single letters of Hangul: of a word, perhaps, whose letters are set apart. */
  get hasHangulLetters(): boolean {
    return this.#hasHangulLetters;
  }

  get text(): string {
    return (this.#text ??= this.slice(0, this.length));
  }

  slice(from: number, to: number): string {
    let text = '';
    for (let at = from; at < to; at += UNITS_A_CALL) text += String.fromCharCode(...this.units.subarray(at, Math.min(to, at + UNITS_A_CALL)));
    return text;
  }

  /** @returns where the next one begins */
  #readCluster(index: number): number {
    const { source } = this;
    const first = characterAt(source, index);
    let [from, end] = [index, index + first.length];
    if (joinsWhatIsBefore(first)) {
      // Whatever was made of the unit before is made again, with its marks.
      if (this.length > 0) from = this.starts[this.length - 1] ?? index;
      if (index - from > LONGEST_CLUSTER) from = index;
      while (this.length > 0 && (this.starts[this.length - 1] ?? 0) >= from) this.length--;
      while (end < source.length && end - index < LONGEST_CLUSTER) {
        const next = characterAt(source, end);
        if (!joinsWhatIsBefore(next)) break;
        end += next.length;
      }
    }
    this.#write(foldCluster(source.slice(from, end)), from, end);
    return end;
  }

  #write(folded: string, start: number, end: number): void {
    this.#reserve(this.length + folded.length + this.source.length - end);
    for (let i = 0; i < folded.length; i++) {
      const unit = folded.charCodeAt(i);
      if (isHangulLetter(unit)) this.#hasHangulLetters = true;
      this.units[this.length] = unit;
      this.starts[this.length] = start;
      this.ends[this.length++] = end;
    }
  }

  #reserve(length: number): void {
    if (length <= this.units.length) return;
    const enlarged = Math.ceil(length * 1.5);
    this.units = copied(new Uint16Array(enlarged), this.units);
    this.starts = copied(new Int32Array(enlarged), this.starts);
    this.ends = copied(new Int32Array(enlarged), this.ends);
  }
}

function characterAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index) ?? 0);
}

function copied<Numbers extends Uint16Array | Int32Array>(to: Numbers, from: Numbers): Numbers {
  to.set(from);
  return to;
}
