import { digitsOf, type FigureRun, GAP, partsOf, widestGap } from './figure-run';

interface Numbering {
  readonly digits: RegExp;
  /** Of its parts, where they are not to be of any lengths. */
  readonly parts?: RegExp;
}

/** By the numbering plan of Korea (ITU-T E.164, country code 82). What has fewer figures than a mobile number is one only where it is written as one. */
const NUMBERINGS: readonly Numbering[] = [
  { digits: /(?:00)?820?10\d{8}/y },
  { digits: /010\d{8}/y },
  { digits: /01[16789]\d{7,8}/y, parts: /^(?:\d\d|3 [34] 4)$/ },
  { digits: /050[2-8]\d{7,8}/y, parts: /^(?:\d\d|4 [34] 4)$/ },
  { digits: /070\d{7,8}/y, parts: /^(?:\d\d|3 [34] 4)$/ },
  { digits: /02\d{7,8}/y, parts: /^(?:9|10|2 [34] 4)$/ },
  { digits: /0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])\d{7,8}/y, parts: /^(?:\d\d|3 [34] 4)$/ },
];
/** As everybody writes them. */
const USUAL_PARTS = /^(?:[234] [34] 4|(?:2|4) (?:2|3) [34] 4)$/;

/** With words between the parts, only parts that make sense: 공일공에 삼팔사칠이구공공. */
const PARTS_BETWEEN_WORDS = /^(?:[34] [34] 4|3 8)$/;

/** The figures that are telephone numbers, none within a longer number: an order or a parcel has more figures. */
export function phoneNumbersIn(run: FigureRun): FigureRun[] {
  const digits = digitsOf(run);
  const found: FigureRun[] = [];
  for (let from = 0; from < run.length; ) {
    const number = numberAt(run, digits, from);
    if (number) found.push(number);
    from += number?.length ?? 1;
  }
  return found;
}

function numberAt(run: FigureRun, digits: string, from: number): FigureRun | undefined {
  for (const { digits: pattern, parts } of NUMBERINGS) {
    pattern.lastIndex = from;
    const length = pattern.exec(digits)?.[0].length ?? 0;
    // A figure less may fit where the longest does not: 02-345-6789 5.
    for (const candidate of [run.slice(from, from + length), run.slice(from, from + length - 1)]) {
      pattern.lastIndex = 0;
      if (length === 0 || pattern.exec(digitsOf(candidate))?.[0].length !== candidate.length) continue;
      const lengths = partsOf(candidate).join(' ');
      const usual = USUAL_PARTS.test(lengths) || !lengths.includes(' ');
      const isSpelled = candidate.every(({ hard }) => !hard) || partsOf(candidate).every((part) => part === 1);
      if (parts && !parts.test(lengths) && !isSpelled) continue;
      if (widestGap(candidate) === GAP.word && !PARTS_BETWEEN_WORDS.test(lengths)) continue;
      if (isApart(run, from, candidate, usual)) return candidate;
    }
  }
  return undefined;
}

/** A figure before or after it belongs to another number: it stands further off than its own do from each other. */
function isApart(run: FigureRun, from: number, candidate: FigureRun, usual: boolean): boolean {
  const widest = widestGap(candidate);
  const before = run[from - 1];
  const after = run[from + candidate.length];
  const gapBefore = candidate[0]?.gap ?? GAP.none;
  const isFar = (gap: number): boolean => gap >= GAP.space && (usual || gap > widest);
  // Spoken figures right before spoken ones are of one number; those right after may be a particle: 공일공…이에요.
  const isGlued = before !== undefined && !before.hard && candidate[0]?.hard === false && gapBefore === GAP.none;
  return !isGlued && (!before?.hard || isFar(gapBefore)) && (!after?.hard || isFar(after.gap));
}
