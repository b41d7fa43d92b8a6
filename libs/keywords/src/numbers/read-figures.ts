import type { NormalText } from '../normalise/normal-text';
import { isLatin, kindTable, LETTER, SEPARATOR } from '../words/kind';
import { figureWordAt, hardFigure, lookAlikeFigure, spokenFigure } from './figure';
import { type Figure, type FigureRun, type Gap, GAP } from './figure-run';

const LONGEST_GAP = 16;
/** Letters: of a particle and a short word between spoken figures (공일공이고요 …), of a word or two between others (010 followed by …). */
const [LONGEST_PARTICLE, LONGEST_WORDS] = [6, 12];
/** Read aloud between the parts of a number: 공일공 다시 일이삼사. */
const SAID_DASHES = ['다시', '대시', '대쉬', '하이픈', 'dash', 'hyphen', '점', 'dot', '땡', 'ㅡ'];
const SPACE = 0x20;
const NEWLINE = 0x0a;

/**
 * The figures of a text, in runs: also those that are spoken (공일공, zero one) with a particle at most between them, or, without `spoken`, figures and what looks like them
 * with a short word or two between them (010 이고 1234 에 5678).
 */
export function readFigures(text: NormalText, spoken: boolean): FigureRun[] {
  return new FigureReader(text, spoken).read();
}

class FigureReader {
  readonly #kinds = kindTable();
  readonly #runs: Figure[][] = [];
  #run: Figure[] = [];
  #at = 0;
  #gap: Gap = GAP.none;
  #gapLength = 0;
  #wordLength = 0;

  constructor(
    private readonly text: NormalText,
    private readonly spoken: boolean,
  ) {}

  read(): FigureRun[] {
    while (this.#at < this.text.length) if (!this.#readFigure()) this.#readBetween();
    this.#end();
    return this.#runs;
  }

  #readFigure(): boolean {
    const { units, length } = this.text;
    const unit = units[this.#at] ?? 0;
    const hard = hardFigure(unit);
    if (hard !== undefined) return this.#push(hard, 1, true);
    if (isLatin(unit) || unit === 0x7c || unit === 0x21) return this.#readLatin();
    const alike = lookAlikeFigure(unit);
    if (alike !== undefined) return this.#push(alike, 1, false);
    if (!this.spoken || this.#saidDash() > 0) return false;
    const word = figureWordAt(units, this.#at, length);
    if (word) return this.#push(word.figure, word.length, false);
    const figure = spokenFigure(unit);
    return figure === undefined ? false : this.#push(figure, 1, false);
  }

  /** A word in Latin letters is figures from its first letter, or the first after a figure, to its last (zeroone, o1o, 1three57), or where a letter stands right beside a figure (O1O5678kakao), or not at all. */
  #readLatin(): boolean {
    const { units, length } = this.text;
    const isPart = (at: number): boolean => at >= 0 && at < length && (isLatin(units[at]) || hardFigure(units[at] ?? 0) !== undefined || units[at] === 0x7c || units[at] === 0x21);
    if (isPart(this.#at - 1) && this.#run.at(-1)?.to !== this.#at) return this.#readBesideFigure();
    const figures: [value: number, length: number, hard: boolean][] = [];
    for (let at = this.#at; isPart(at); at += figures.at(-1)?.[1] ?? 1) {
      const unit = units[at] ?? 0;
      const word = this.spoken ? figureWordAt(units, at, length) : undefined;
      const hard = word ? undefined : hardFigure(unit);
      const value = word?.figure ?? hard ?? lookAlikeFigure(unit);
      if (value === undefined) return this.#readBesideFigure();
      figures.push([value, word?.length ?? 1, hard !== undefined]);
    }
    for (const figure of figures) this.#push(...figure);
    return true;
  }

  #readBesideFigure(): boolean {
    const { units, length } = this.text;
    const alike = lookAlikeFigure(units[this.#at] ?? 0);
    if (alike === undefined) return false;
    const besideFigure = (this.#run.at(-1)?.to === this.#at) || (this.#at + 1 < length && hardFigure(units[this.#at + 1] ?? 0) !== undefined);
    return besideFigure && this.#push(alike, 1, false);
  }

  #push(value: number, length: number, hard: boolean): true {
    const gap = this.#run.length === 0 ? GAP.none : this.#gap;
    this.#run.push({ value, from: this.#at, to: this.#at + length, hard, gap });
    this.#at += length;
    this.#gap = GAP.none;
    this.#gapLength = 0;
    this.#wordLength = 0;
    return true;
  }

  #readBetween(): void {
    const dash = this.#saidDash();
    const unit = this.text.units[this.#at] ?? 0;
    this.#at += Math.max(1, dash);
    if (this.#run.length === 0) return;
    const isSign = dash > 0 || this.#kinds[unit] !== LETTER;
    const gap = dash > 0 ? GAP.sign : unit === SPACE || unit === NEWLINE ? GAP.space : isSign ? GAP.sign : GAP.word;
    if (gap > this.#gap) this.#gap = gap;
    this.#gapLength++;
    if (gap === GAP.word) this.#wordLength++;
    if (this.#gapLength > LONGEST_GAP || this.#wordLength > (this.spoken ? LONGEST_PARTICLE : LONGEST_WORDS)) this.#end();
  }

  #saidDash(): number {
    const { text } = this;
    const unit = text.units[this.#at] ?? 0;
    if (this.#kinds[unit] === SEPARATOR || this.#run.length === 0) return 0;
    return SAID_DASHES.find((dash) => dash.charCodeAt(0) === unit && text.slice(this.#at, Math.min(text.length, this.#at + dash.length)) === dash)?.length ?? 0;
  }

  #end(): void {
    if (this.#run.length > 0) this.#runs.push(this.#run);
    this.#run = [];
    this.#gap = GAP.none;
    this.#gapLength = 0;
    this.#wordLength = 0;
  }
}
