/** What a unit of the source becomes that is not one unit by itself. */
export const DROPPED = -1;
/** Part of a surrogate pair, a mark that joins what is before it, or one that becomes several. */
export const SLOW = -2;
const UNKNOWN = -3;

/** Formatting, fillers, and the marks that are put on Latin letters (strokes, accents, keycaps): not those that other scripts are written with. */
const IGNORED = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/u;
const ALL_IGNORED = new RegExp(IGNORED, 'gu');
/** May become one with what is before it (NFC_Quick_Check=Maybe), Hangul aside; also the half-width marks of Katakana. */
const JOINS = /[\p{M}\uff9e\uff9f]/u;
const DECIMAL = /\p{Nd}/u;
/** Circled figures that Unicode gives no decomposition: the first of each row, and the figure that it stands for. */
const CIRCLED: readonly (readonly [first: number, figure: number, count: number])[] = [
  [0x24ff, 0, 1], [0x24f5, 1, 9], [0x2776, 1, 9], [0x2780, 1, 9], [0x278a, 1, 9],
];
/** The same for letters: negative circled, negative squared, regional indicators. */
const ENCLOSED = [0x1f150, 0x1f170, 0x1f1e6];

const table = new Int32Array(0x10000).fill(UNKNOWN);

/** One unit for one unit where it can: a look into a table that fills itself, since most of Unicode is never asked for. */
export function fold(unit: number): number {
  const known = table[unit] ?? UNKNOWN;
  return known === UNKNOWN ? (table[unit] = resolve(unit)) : known;
}

function resolve(unit: number): number {
  if (unit >= 0xd800 && unit < 0xe000) return SLOW;
  if (isHangulLetter(unit)) return isHalfWidthJamo(unit) ? halfWidthJamo(unit) : unit;
  const character = String.fromCharCode(unit);
  if (IGNORED.test(character)) return DROPPED;
  if (JOINS.test(character)) return SLOW;
  const folded = foldCluster(character);
  return folded.length === 1 && !isHangulLetter(folded.charCodeAt(0)) ? folded.charCodeAt(0) : SLOW;
}

/** NFKC, lower case, without what is ignored, figures of all scripts as 0 to 9; well formed. A Hangul letter may come out as a conjoining one. */
export function foldCluster(cluster: string): string {
  const bare = cluster.toWellFormed().replace(ALL_IGNORED, '').normalize('NFKD').replace(ALL_IGNORED, '').toLowerCase();
  return Array.from(bare.normalize('NFKD').replace(ALL_IGNORED, '').normalize('NFKC'), plain).join('');
}

function plain(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return code === 0x0a ? character : ' ';
  if (code < 0x80) return character;
  for (const first of ENCLOSED) if (code >= first && code < first + 26) return String.fromCharCode(0x61 + code - first);
  for (const [first, figure, count] of CIRCLED) if (code >= first && code < first + count) return String(figure + code - first);
  if (!DECIMAL.test(character)) return character;
  // Rows of figures begin at a code that ends with 0 or with 6.
  const row = code & ~0xf;
  return String((code - (DECIMAL.test(String.fromCodePoint(row)) ? row : row + 6)) % 10);
}

export function joinsWhatIsBefore(character: string): boolean {
  return JOINS.test(character) || IGNORED.test(character);
}

/** A single letter of Hangul: conjoining, compatible, or half-width; what has been composed is none. */
export function isHangulLetter(unit: number): boolean {
  return (unit >= 0x1100 && unit <= 0x1112) || (unit >= 0x1161 && unit <= 0x1175) || (unit >= 0x11a8 && unit <= 0x11c2) || (unit >= 0x3131 && unit <= 0x3163) || isHalfWidthJamo(unit);
}

function isHalfWidthJamo(unit: number): boolean {
  return (unit >= 0xffa1 && unit <= 0xffbe) || (unit >= 0xffc2 && unit <= 0xffc7) || (unit >= 0xffca && unit <= 0xffcf) || (unit >= 0xffd2 && unit <= 0xffd7) || (unit >= 0xffda && unit <= 0xffdc);
}

/** Consonants in one row; vowels in rows of six with gaps of two. */
function halfWidthJamo(unit: number): number {
  return unit <= 0xffbe ? unit - 0xffa1 + 0x3131 : 0x314f + Math.floor((unit - 0xffc2) / 8) * 6 + ((unit - 0xffc2) % 8);
}
