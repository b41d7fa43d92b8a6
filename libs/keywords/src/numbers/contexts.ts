/** What is near a number says what it is: an account at a bank, one that money is sent to, or another number. */
export type Context = 'bank' | 'bank-at-once' | 'transfer' | 'other-number';

export interface ContextPlace {
  readonly context: Context;
  readonly from: number;
  readonly to: number;
}

/** Found as any word is, however it is written. `bank-at-once`: names that are words of their own, and count only where the number follows at once. */
const CONTEXT_WORDS: Readonly<Record<Context, readonly string[]>> = {
  bank: [
    '국민', '신한', '농협', '카카오뱅크', '카뱅', '까뱅', '토뱅', '케뱅', '케이뱅크', '토스', '새마을', '우체국', '수협', '신협', '축협', '씨티', '은행', '뱅크', 'ㅋㅃ', 'ㅋㅂ', 'ㄱㅁ', 'ㄴㅎ', 'ㅅㅎ',
    'kookmin', 'shinhan', 'woori', 'nonghyup', 'kakaobank', 'toss', 'bank',
  ],
  'bank-at-once': ['우리', '하나', '기업', '제일', '부산', '대구', '경남', '광주', '전북', '제주', '산업', 'kb', 'nh', 'ibk', 'hana', 'sc', 'im'],
  transfer: ['계좌', '계죄', '계자', '게좌', '개좌', '입금', '이체', '송금', '예금주', '통장', '보내주', '넣어주', 'account', 'acct', 'transfer', 'deposit', 'wire', 'remit', 'iban'],
  'other-number': [
    '주문', '운송장', '송장', '택배 접수', '등기', '접수', '예약번호', '모델', '바코드', '시리얼', '일련번호', '등록', '쿠폰', '사업자', '상품코드', '제품번호',
    'order', 'tracking', 'invoice', 'parcel', 'serial', 'model', 'barcode', 'isbn', 'imei', 'coupon', 'transfer speed', 'transfer rate',
  ],
};

/** Short ones of Latin letters are in too many words: "sc" only as a whole word. */
const SHORT = /^[a-z]{2,4}$/;

export const contextWords: readonly { readonly word: string; readonly context: Context; readonly wholeWord: boolean }[] = Object.entries(CONTEXT_WORDS).flatMap(([context, words]) =>
  words.map((word) => ({ word, context: context as Context, wholeWord: SHORT.test(word) })),
);
