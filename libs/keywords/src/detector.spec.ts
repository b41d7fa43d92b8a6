import fc from 'fast-check';
import { anyText } from '../test/any-text';
import { failureOf } from '../test/failure-of';
import { compileRules, type Hit, marketplaceRules, normalise, type Rule } from './index';

const words = (list: string[], options: object = {}): Rule => ({ id: 'words', kind: 'words', words: list, ...options });
const matched = (rules: readonly Rule[], text: string): string[] => compileRules(rules).detect(text).map((hit) => hit.matched);

describe('words', () => {
  it.each([
    ['카톡', '제 카톡으로', ['카톡']],
    ['카톡', '카.톡 카_톡 카★톡', ['카.톡', '카_톡', '카★톡']],
    ['카톡', '카 톡 으로 주세요', ['카 톡']],
    ['카톡', '오카 톡톡', []],
    ['카톡', '카😀톡', ['카😀톡']],
    ['카톡', '카.....톡', []],
    ['카톡', '카-----톡 카💛💛💛톡 카💛-💛-💛톡', ['카-----톡', '카💛💛💛톡']],
    ['카톡', `카${'-'.repeat(13)}톡`, []],
    [' 바이버 ', '서바이버 바이버튼 바이버로', ['바이버']],
    ['카독 ', '카독립 제카독으로', ['카독']],
    ['whats app ', "what's appropriate, whatsapp번호", ['whatsapp']],
    ['wechat', 'can we chat', []],
    ['wechat', 'w e c h a t', ['w e c h a t']],
    ['telegram', 'tele gram', ['tele gram']],
    ['mail', 'at the mall', []],
    ['mail', 'ma1l m@il maiI', ['ma1l', 'm@il', 'maiI']],
    ['solo', 'it costs 5010', []],
    ['t.me', 'text me at t.me', ['t.me']],
    ['라인 아이디', '라인아이디 라인 아이디', ['라인아이디', '라인 아이디']],
    ['𠮷野家', '今日は𠮷野家で', ['𠮷野家']],
    ['ㅋㅏ톡', '카톡', ['카톡']],
    ['카톡', 'ㅋ ㅏ 톡 카ㅏ톡 카1톡', ['ㅋ ㅏ 톡', '카ㅏ톡', '카1톡']],
    ['방개', '방 3 개', []],
    ['ㅋㅌ', 'ㅋㅋㅌㅌ ㅋㅌ으로', ['ㅋㅌ']],
  ])('%j in %j: %j', (word, text, expected) => {
    expect(matched([words([word])], text)).toEqual(expected);
  });

  it('as whole words stand alone, but for Korean particles', () => {
    const rules = [words(['line', '라인'], { wholeWord: true })];
    expect(matched(rules, 'online line lines 라인으로 온라인 라인업 라인은행 라인')).toEqual(['line', '라인', '라인']);
  });

  it('are told leftmost and longest, one rule apart from another', () => {
    const rules = [words(['오픈', '오픈채팅', '채팅']), { ...words(['채팅']), id: 'other' }];
    expect(compileRules(rules).detect('오픈채팅')).toEqual([
      { ruleId: 'words', start: 0, end: 4, matched: '오픈채팅' },
      { ruleId: 'other', start: 2, end: 4, matched: '채팅' },
    ]);
  });

  it('are excused by what their own rule allows, also in part', () => {
    const rules: Rule[] = [words(['kakao', '라인 아이디'], { allow: ['kakao friends', '온라인'] }), { ...words(['kakao']), id: 'strict' }];
    expect(matched([words(['kakao'], { allow: ['kaofriends'] })], 'kakaofriends')).toEqual([]);
    expect(compileRules(rules).detect('Kakao Friends, 온라인 아이디, kakao').map(({ ruleId, start }) => [ruleId, start])).toEqual([['strict', 0], ['words', 24], ['strict', 24]]);
  });
});

describe('patterns', () => {
  it('see the normal text, and their hits the original', () => {
    const [hit] = compileRules([{ id: 'id', kind: 'pattern', pattern: 'ID\\s*[:=]\\s*\\w+' }]).detect('😀 Ｉ\u200bＤ： mango77!');
    expect(hit).toEqual({ ruleId: 'id', start: 3, end: 15, matched: 'Ｉ\u200bＤ： mango77' });
  });

  it('may stand beside words, and are of the same rule', () => {
    const rules: Rule[] = [words(['kakao'], { patterns: ['\\b(?:tg|vx)\\s?:', 'on line\\b'] }), { id: 'account', kind: 'bank-account', words: ['pay first'], patterns: ['in advance\\b'] }];
    expect(compileRules(rules).detect('kakao or VX: me on line, pay first, in advance').map(({ ruleId, matched: slice }) => `${ruleId}: ${slice}`)).toEqual([
      'words: kakao', 'words: VX:', 'words: on line', 'account: pay first', 'account: in advance',
    ]);
  });

  it('never split a pair', () => {
    expect(matched([{ id: 'emoji', kind: 'pattern', pattern: '[🍆-🍇]' }], 'a🍆b')).toEqual(['🍆']);
  });
});

describe('numbers', () => {
  const numbers: Rule[] = [{ id: 'phone', kind: 'phone-number', allow: ['02-345-6789'] }, { id: 'account', kind: 'bank-account' }];
  it.each([
    ['공일공칠칠이삼사오육팔이에요', ['공일공칠칠이삼사오육팔']],
    ['2시에 010-1234-5678 3번', ['010-1234-5678']],
    ['2024-0101-1234-5678', []],
    ['01012345678901', []],
    ['1010-1234-5678', []],
    ['고객센터 02-345-6789', []],
    ['02.15 10:30:22', []],
    ['국민 123456-04-778291', ['123456-04-778291']],
    ['입금 1234567890원', []],
    ['입금 1234567890원이에요', []],
    ['국민 1234567890 원래 이름', ['1234567890']],
    ['국민 123456-78-901234 원', ['123456-78-901234']],
    ['국민은행 앞 송장 123456789012', []],
    ['계좌 말고 010-1234-5678', ['010-1234-5678']],
    ['신한 일일공 이사육 팔일삼오칠구', ['일일공 이사육 팔일삼오칠구']],
    ['계좌 2026-11-28 12:30', []],
    ['입금 내역 2026-01-02 12:30:11', []],
    ['통장 정리 2026.01.02 2026.03.04', []],
    ['국민 3333:01:2234456', ['3333:01:2234456']],
    ['문자로 1234-5678', ['1234-5678']],
    ['문자 2024 2025 년도별', []],
    ['사이즈 300 400 1200', []],
    ['ㅋ ㅏ 뱅 3333-01-2234456', ['3333-01-2234456']],
    ['우리 집 번지 123456-04-778291', []],
    ['zero one zero, double one two three, fifty-six seven eight', ['zero one zero, double one two three, fifty-six seven eight']],
    ['공일공 천이백삼십사 오천육백칠십팔', ['공일공 천이백삼십사 오천육백칠십팔']],
    ['앞은 010 가운데는 1234 그리고 뒤가 5678', ['010 가운데는 1234 그리고 뒤가 5678']],
    ['text me: 415-555-2671', ['415-555-2671']],
    ['사이즈 415-555-267', []],
  ])('in %j: %j', (text, expected) => {
    expect(matched(numbers, text)).toEqual(expected);
  });
});

it('nothing of a longer text before is read behind the end of the next', () => {
  const detector = compileRules(marketplaceRules);
  detector.detect('+44 7700 900123 45');
  expect(detector.detect('+44 7700 900')).toEqual([{ ruleId: 'phone-number', start: 1, end: 12, matched: '44 7700 900' }]);
});

describe('any text', () => {
  const ofWords = [...marketplaceRules, words(['가', 'r', 'ka', '카톡', 'か', 'ガ', '9', 'ﬁ', 'क'])];
  const rules: Rule[] = [...ofWords, { id: 'pattern', kind: 'pattern', pattern: '[^ ]{3}' }];
  const detector = compileRules(rules);
  const isBoundary = (text: string, at: number): boolean => !/^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, at - 1), at + 1)) || at === 0;

  it('is hit in whole characters that are what was matched', () => {
    expect(failureOf(fc.property(anyText, (text) => detector.detect(text).every(({ start, end, matched: slice }) => start < end && slice === text.slice(start, end) && isBoundary(text, start) && isBoundary(text, end))))).toBeUndefined();
  });

  it('is hit where its forms are: by the same rules, in the same order, at what is compared as the same', () => {
    const wordDetector = compileRules(ofWords);
    const told = (hits: readonly Hit[]): string[] => hits.map(({ ruleId, matched: slice }) => `${ruleId} ${normalise(slice).text}`);
    expect(failureOf(fc.property(anyText, (text) => {
      const own = told(wordDetector.detect(text)).join('\n');
      return ['NFC', 'NFD'].every((form) => told(wordDetector.detect(text.normalize(form))).join('\n') === own);
    }))).toBeUndefined();
  });

  it('is hit by a word wherever it stands alone, and at that place', () => {
    const word = fc.stringMatching(/^([가-힣]{1,6}|[a-hj-z]{3,8})$/);
    expect(failureOf(fc.property(word, anyText, anyText, (secret, before, after) => {
      const text = `${before}. ${secret} .${after}`;
      const hits = compileRules([words([secret])]).detect(text);
      return hits.some(({ start, end }) => text.slice(start, end).includes(secret) && start <= before.length + 2 && end >= before.length + 2 + secret.length);
    }), 1_000)).toBeUndefined();
  });

  it('is hit the same however often it is asked: nothing is left over from the text before', () => {
    expect(failureOf(fc.property(anyText, anyText, (first, second) => {
      const alone = compileRules(ofWords);
      const before = JSON.stringify(alone.detect(second));
      alone.detect(first);
      return JSON.stringify(alone.detect(second)) === before;
    }), 30)).toBeUndefined();
  });
});
