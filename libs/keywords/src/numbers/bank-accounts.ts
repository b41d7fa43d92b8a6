import type { NormalText } from '../normalise/normal-text';
import { type FigureRun, GAP, widestGap } from './figure-run';

const [FEWEST, MOST] = [10, 14];
const [BEFORE, AFTER] = [40, 24];
/** What says that a number is an account: banks whose names mean nothing else, those that do with 은행 or right before the number, and words of paying. */
const CUE =
  /농협|카카오뱅크|카뱅|토뱅|토스(?:뱅크)?|케이뱅크|케뱅|새마을금고|새마을|신협|수협|우체국|기업은행|국민은행|신한은행|우리은행|하나은행|국민|신한|우리|하나|기업|kb|nh|sc제일|제일은행|씨티|대구은행|부산은행|경남은행|광주은행|전북은행|산업은행|은행|뱅크|계좌|계자|입금|송금|이체|보내\s?주|account|acct|bank|transfer|deposit|wire|remit|woori|shinhan|kookmin|nonghyup|ibk|toss/g;
const WEAK = /^(?:국민|신한|우리|하나|기업)$/;
/** What says that it is another number. */
const OTHER = /송장|운송|택배|등기|배송|주문|접수|예약|모델|시리얼|일련|바코드|사업자|쿠폰|상품|제품|번호판|order|tracking|track|parcel|invoice|serial|model|isbn|barcode|coupon|reservation|booking/g;
const AMOUNT = /^\s?(?:원|만|천|억|개|번째|won|krw|usd|%|₩)/;
const DATE = /^(?:19|20)\d\d[-. ]?(?:0?[1-9]|1[0-2])[-. ]?(?:0?[1-9]|[12]\d|3[01])(?!\d{6,}$)/;
/** 계.좌 */
const SIGNS = /[^\p{L}\p{N}\s]/gu;
const SIGNS_WITHIN = /^[-.\s~·_]*$/;

/** The figures that are account numbers, by what stands near them. */
export function bankAccountsIn(text: NormalText, run: FigureRun): FigureRun[] {
  const tight = split(text, run, GAP.sign);
  const candidates = tight.some(isLongEnough) ? tight : split(text, run, GAP.space);
  return candidates.filter((candidate) => isLongEnough(candidate) && isAccount(text, candidate));
}

/** Where a gap is wider than `widest`, or has another sign than accounts have; without the spoken figures at its ends, which may be a particle. */
function split(text: NormalText, run: FigureRun, widest: number): FigureRun[] {
  const pieces: FigureRun[] = [];
  let from = 0;
  for (let i = 1; i <= run.length; i++) {
    const [figure, before] = [run[i], run[i - 1]];
    if (figure && before && figure.gap <= widest && SIGNS_WITHIN.test(text.slice(before.to, figure.from))) continue;
    pieces.push(withoutSpokenEnds(run.slice(from, i)));
    from = i;
  }
  return pieces;
}

function withoutSpokenEnds(piece: FigureRun): FigureRun {
  const first = piece.findIndex(({ hard }) => hard);
  const last = piece.findLastIndex(({ hard }) => hard);
  return last - first + 1 >= FEWEST ? piece.slice(first, last + 1) : piece;
}

function isLongEnough({ length }: FigureRun): boolean {
  return length >= FEWEST && length <= MOST;
}

function isAccount(text: NormalText, candidate: FigureRun): boolean {
  const [from, to] = [candidate[0]?.from ?? 0, candidate.at(-1)?.to ?? 0];
  const before = text.slice(Math.max(0, from - BEFORE), from);
  const after = text.slice(to, Math.min(text.length, to + AFTER));
  if (AMOUNT.test(after) || DATE.test(text.slice(from, to)) || widestGap(candidate) > GAP.space) return false;
  const [plainBefore, plainAfter] = [before.replace(SIGNS, ''), after.replace(SIGNS, '')];
  return nearestCue(plainBefore, plainAfter) < nearest(OTHER, plainBefore, plainAfter);
}

function nearestCue(before: string, after: string): number {
  return nearest(CUE, before, after, (cue, distance) => !WEAK.test(cue) || distance <= 3);
}

/** Units between the number and the nearest match; Infinity without one. */
function nearest(pattern: RegExp, before: string, after: string, counts: (match: string, distance: number) => boolean = () => true): number {
  const distances = [
    ...[...before.matchAll(pattern)].map((match) => [match[0], before.length - match.index - match[0].length] as const),
    ...[...after.matchAll(pattern)].map((match) => [match[0], match.index] as const),
  ];
  return Math.min(...distances.filter(([match, distance]) => counts(match, distance)).map(([, distance]) => distance));
}
