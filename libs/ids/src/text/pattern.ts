/** A regular expression for as many digits as `max` has, of an alphabet in ASCII order, that are at most `max`. `first` are those it may begin with. */
export function digitsAtMost(alphabet: string, max: string, first = alphabet): string {
  const digit = max.charAt(0);
  const rest = max.slice(1);
  const upTo = first.slice(0, first.indexOf(digit) + 1);
  const top = alphabet.slice(-1);
  if (rest === top.repeat(rest.length)) return oneOf(upTo) + times(oneOf(alphabet), rest.length);
  const equal = digit + digitsAtMost(alphabet, rest);
  const below = upTo.slice(0, -1);
  return below === '' ? equal : `(?:${oneOf(below)}${times(oneOf(alphabet), rest.length)}|${equal})`;
}

/** For decimal digits without zeros in front. */
export function decimalAtMost(max: bigint): string {
  const digits = String(max);
  const shorter = digits.length === 1 ? '' : `|[1-9][0-9]{0,${digits.length - 2}}`;
  return `(?:0${shorter}|${digitsAtMost('0123456789', digits, '123456789')})`;
}

/** Neighbours are joined: 0-9. */
function oneOf(characters: string): string {
  if (characters.length === 1) return characters;
  let inside = '';
  for (let i = 0; i < characters.length; ) {
    let end = i;
    while (characters.charCodeAt(end + 1) === characters.charCodeAt(end) + 1) end++;
    const run = characters.slice(i, end + 1);
    inside += run.length < 3 ? run : `${run.at(0)}-${run.at(-1)}`;
    i = end + 1;
  }
  return `[${inside}]`;
}

function times(pattern: string, count: number): string {
  if (count === 0) return '';
  return count === 1 ? pattern : `${pattern}{${count}}`;
}
