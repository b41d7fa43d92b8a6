import type { Rule } from './rule';

/** What a marketplace for neighbours warns of: numbers and messengers that lead away from its chat, and money sent before anything is seen. A beginning, to be extended. */
export const marketplaceRules: readonly Rule[] = [
  { id: 'phone-number', kind: 'phone-number' },
  { id: 'bank-account', kind: 'bank-account' },
  {
    id: 'advance-payment',
    kind: 'words',
    words: [
      '선입금', '선송금', '선결제', '먼저 입금', '먼저 송금', '먼저 이체', '계좌로 입금', '계좌로 송금', '계좌로 이체', '계좌로 보내', '계좌로 쏴', '계좌 불러', '계좌번호 불러', '계좌 드릴', '계좌번호 드릴',
      '입금부터', '입금 먼저', '송금 먼저', '송금부터', '입금하시면', '입금해주시면', '송금해주시면', '입금 확인되면', '입금 확인 후', '입금 후 발송', '예약금 입금', '예약금 보내', '계약금 입금', '계약금 보내',
      'transfer to my account', 'transfer the money', 'transfer me the money', 'wire the money', 'wire transfer', 'bank transfer first', 'pay first', 'pay in advance', 'payment first', 'deposit first',
      'send the money first', 'send money first', 'send me the money first', 'deposit to my account', 'send it to my account', 'money to my account', 'western union', 'moneygram', 'gift card code',
    ],
    allow: ['first thing'],
  },
  {
    id: 'outside-messenger',
    kind: 'words',
    words: [
      '카카오톡', '카톡', 'ㅋ톡', '카ㅌ', '카토ㄱ', '카톸', '까톡', '깨톡', '카독', '캇톡', '카카오 톡', '카카오 아이디', '카카오 id', '카카오 오픈', '갠톡', '톡 아이디', '톡 id', '오픈채팅', '오픈 채팅', '오픈톡', '오픈 톡', '오픈챗', '옾챗', '옾톡', '옵챗', '오픈카톡',
      'kakaotalk', 'kakao talk', 'kakao', 'katalk', 'ka talk', 'katok', 'ka tok', 'catok', 'open chat link', 'openchat',
      '텔레그램', '텔레 그램', '텔그', '텔레그렘', '텔레그람', '텔래그램', 'telegram', 'tele gram', 'telegam',
      '라인 아이디', '라인 id', '라인 친추', '라인으로 연락', '라인으로 와', '라인 메신저', 
      'whatsapp', 'whats app', '왓츠앱', '왓츠 앱', '와츠앱', '왓챕', '왓쓰앱', 'wechat', 'weixin', '위챗', '위쳇', '디스코드', 'discord', '시그널 메신저', 'signal app', '스카이프', 'skype',
      '인스타 디엠', '인스타 dm', '인스타로 연락', '인스타 아이디', '인별 디엠', 'insta dm', 'instagram dm', '페메', '페이스북 메신저', '페북 메신저', '카talk', '텔레gram', 'facebook messenger', 'viber', '바이버',
    ],
    allow: [
      'kakao friends', 'kakao pay', 'kakao map', 'kakao bank', 'kakao page', 'kakao webtoon', 'kakao taxi', 'kakao mini', 'kakao nib', 'kakao bean', '카카오톡 선물하기', '카톡 선물하기', '카카오톡 이모티콘', '카톡 이모티콘',
      '온라인', 'discordant', '위챗페이',
    ],
  },
  {
    id: 'messenger-contact',
    kind: 'words',
    wholeWord: true,
    words: [
      'ㅋㅌ', 'ㅋㅌ 아이디', 'ㅋㅌ id', 'kkt id', 'kt id', 'tg id', 'line id', 'line messenger', 'my line is', 'add me on line', 'dm me on', 'on kkt',
      't.me', 'wa.me', 'line.me', 'm.me', 'open.kakao.com', 'pf.kakao.com', 'discord.gg', 'chat.whatsapp.com',
    ],
  },
];
