/** Names of other messengers, as they are spoken and misspelled. A space at an edge: there other words go on (카독립, 서바이버, what's appropriate). */
export const messengers: readonly string[] = [
  '카카오톡', '카톡', 'ㅋ톡', 'k톡', 'ka톡', '카ㅌ', '카토ㄱ', '카토크', '카톸', '까톡', '깨톡', '꺄톡', '카독 ', '카똑', '까똑', '캇톡', '캌톡', '캌오톡', '카캌오톡', '가톡 주세요', '가톡 아이디', '가톡으로', 'ㅋㅌ', 'ㅋㅋㅇㅌ', '갠톡', '톡 아이디', '톡 id',
  '카카오 톡', '까카오 톡', '까까오 톡', '카까오 톡', '카카오 tok', '카카오 talk', '카tok', '카카오 아이디', '카카오 id', '카카오로', '카카오 추가', '카카오 오픈 ', '오픈 점 카카오', '오픈 채팅', '오픈 톡', '오픈 챗', '옾챗', '옾톡', '옵챗', '오픈 카톡', '카talk',
  'kakaotalk', 'kakao', 'ka talk', 'ka tok', 'catok', 'ktalk', 'open chat link', 'openchat',
  '텔레 그램', ' 텔그', '텔레그렘', '텔레그람', '텔래그램', '탤레그램', '뗄레그램', '텔레gram', 'tele그램', 'ㅌㄹㄱㄹ', '티쩜미', '티닷미', 'tele gram', 'telegrm', 'telegam', 'tlgrm', 't dot me', 'wa dot me',
  '라인 아이디', '라인 id', '라인 친추', '라인 메신저', '라인 앱',
  'whats app ', 'whatzapp', 'watsapp', '왓츠 앱', '왓츠app', '와츠앱', '왓챕', '왓쳅', '왓썹', '왓쓰앱', 'wechat', 'weixin', '위챗', '위쳇', '웨이신', '디스코드 ', '디스코드 아이디', '디스코드 서버', '디스코드 방', '디스코드 링크', '디스코드 초대', 'discord', '시그널 메신저', 'signal app ', '스카이프 ', '스카이프 아이디', '스카이프 id', 'skype', 'viber', ' 바이버 ',
  '인스타 디엠', '인스타 dm', '인스타로 연락', '인스타 아이디', '인별 디엠', 'insta dm ', 'instagram dm ', ' 페메 ', '페이스북 메신저', '페북 메신저', 'facebook messenger',
];

/** A letter of a link or an id may stand apart from the next. */
const LINE_ID = '\\bl\\s?[i!1]\\s?n\\s?e\\s{0,2}i\\s?d\\b';

const TALK = '(?:연락|톡|얘기|이야기|대화|옮|주세요|주셔|넘어)';

/** Names that are words of their own, beside what makes a contact of them; colours that stand for a messenger; links. */
export const messengerPatterns: readonly string[] = [
  LINE_ID,
  '\\b(?:kkt|kt|tg|vx|wa)\\s?(?:id\\b|:|@|아이디|아디|추가)|\\b(?:line|viber|signal)\\s?(?:id\\b|아이디|아디|추가)',
  '\\b(?:line|wechat) (?:app|messenger)\\b|\\bmy line is\\b|\\byellow (?:chat |talk |messaging )?(?:app|talk|messenger)',
  '\\bwe[ .-]?chat (?:id|me)\\b',
  '\\b(?:on|via|through|over) (?:line|kkt|viber|signal|discord|instagram dm|insta)(?:\\s*(?:$|[,.!?])|\\s(?:and|or|my|me|id|app|please|pls|instead|ok)\\b)',
  '\\b(?:t|wa|m|line)\\s?[.\\[(]+\\s?(?:dot)?[\\])\\s]*me\\s?/|\\b(?:open|pf)\\s?\\.\\s?kakao',
  `(?:^|[^가-힣]|네이버)라\\s?인\\s?(?:앱|메신저|아이디|아뒤|아디|id|으?로\\s?${TALK}|친추|추가|하시|하세|계정|톡)`,
  '(?:노란|노랑|노랑이|초록|파란)색?\\s?(?:톡|앱|메신저|어플)',
  '텔레(?:로|아이디|\\s?아디|\\s?id|방)',
  `(?:시그널|바이버|디코)\\s?(?:앱|dm|디엠|으?로\\s?${TALK}|아이디|아디|id|추가)`,
];

/** Of a telephone, not of an id. */
const STATES_OF_A_LINE = ['busy', 'engaged', 'down', 'dead', 'bad', 'open', 'free', 'cut', 'not'].map((state) => `my line is ${state} `);

export const allowedMessengers: readonly string[] = [
  'kakao friends', 'kakao pay', 'kakao map', 'kakao bank', 'kakao page', 'kakao webtoon', 'kakao taxi', 'kakao mini', 'kakao nib', 'kakao story', 'kakao bean', '카카오톡 선물하기', '카톡 선물하기', '카카오톡 이모티콘', '카톡 이모티콘',
  '온라인', '아이디어', 'discordant', '위챗페이', ...STATES_OF_A_LINE,
];
