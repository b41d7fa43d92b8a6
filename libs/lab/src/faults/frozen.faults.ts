import type { Fault } from '../fault';

/** Processes that neither work nor die: for others that is worse, since nothing tells them. */
export const frozenFaults: readonly Fault[] = [
  {
    name: 'cdc-frozen',
    title: { en: 'Log reader frozen', ko: '로그 리더 정지' },
    does: { en: 'SIGSTOP of cdc for eight seconds: its connection to the log stays open, and nothing moves.', ko: 'cdc에 8초간 SIGSTOP: 로그 연결은 열려 있지만 아무것도 움직이지 않는다.' },
    holds: { en: 'The log keeps what its slot has not confirmed. Afterwards everything comes, in order, once.', ko: '슬롯이 확인하지 않은 것은 로그가 보관한다. 이후 모두 순서대로 한 번씩 온다.' },
    prediction: {
      question: { en: 'Ten members withdraw in these eight seconds. Their posts …', ko: '그 8초 동안 열 명이 탈퇴한다. 게시글은?' },
      answers: [
        { en: 'stay for as long, then disappear within moments', ko: '그동안 남아 있다가 순식간에 사라진다' },
        { en: 'disappear at once', ko: '곧바로 사라진다' },
        { en: 'stay: a reader that hangs loses its place', ko: '남는다: 멈춘 리더는 자리를 잃는다' },
      ],
    },
    action: { do: 'freeze', processes: ['cdc'] },
    revertAfterMs: 8_000,
  },
  {
    name: 'postgres-frozen',
    title: { en: 'PostgreSQL frozen', ko: 'PostgreSQL 정지' },
    does: { en: 'SIGSTOP of the primary and all its backends for eight seconds. Standbys go on.', ko: '프라이머리와 모든 백엔드에 8초간 SIGSTOP. 스탠바이는 계속된다.' },
    holds: {
      en: 'Who writes is answered 503 within some six seconds, which means unknown and not failed; monotonic reads go on at the standbys; no connection hangs for ever.',
      ko: '쓰는 요청은 6초쯤 안에 503을 받는다. 실패가 아니라 ‘알 수 없음’이라는 뜻이다. 단조 읽기는 스탠바이에서 계속되고, 영원히 멈춘 연결은 없다.',
    },
    prediction: {
      question: { en: 'A withdrawal is answered 503. The member …', ko: '탈퇴가 503을 받았다. 그 회원은?' },
      answers: [
        { en: 'may have withdrawn or not: asking again tells', ko: '탈퇴했을 수도 아닐 수도 있다: 다시 요청하면 알 수 있다' },
        { en: 'has not withdrawn', ko: '탈퇴하지 않았다' },
        { en: 'has withdrawn', ko: '탈퇴했다' },
      ],
    },
    action: { do: 'freeze', processes: ['postgres'] },
    revertAfterMs: 8_000,
  },
];
