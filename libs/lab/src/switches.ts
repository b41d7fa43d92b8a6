import type { Text } from './text';

/** A pattern beside its naive counterparts. The naive code lies in `lab/` of the app that it belongs to. */
export interface Switch {
  readonly name: SwitchName;
  /** Services (all their nodes) whose `PUT /lab/switches/:name` turns it. */
  readonly services: readonly ('member' | 'board' | 'queue' | 'chat')[];
  /** The first is the pattern, and what is on after a start. */
  readonly modes: readonly [pattern: string, ...naive: string[]];
  readonly title: Text;
  /** What breaks without the pattern. */
  readonly promise: Text;
}

export type SwitchName = 'withdrawal' | 'reads' | 'inbox' | 'admission' | 'moderation' | 'ids';

export const SWITCHES: readonly Switch[] = [
  {
    name: 'withdrawal',
    services: ['member'],
    modes: ['outbox', 'direct-call', 'dual-write'],
    title: { en: 'Transactional outbox', ko: '트랜잭셔널 아웃박스' },
    promise: { en: 'A withdrawal that has committed hides its posts, whatever dies.', ko: '커밋된 탈퇴는 무엇이 죽어도 게시글을 숨긴다.' },
  },
  {
    name: 'reads',
    services: ['board'],
    modes: ['routed', 'random-replica', 'pinned'],
    title: { en: 'Monotonic reads', ko: '단조 읽기' },
    promise: { en: 'Successive reads of one id never go back in time.', ko: '같은 id의 연속된 읽기는 과거로 돌아가지 않는다.' },
  },
  {
    name: 'inbox',
    services: ['board'],
    modes: ['inbox', 'no-inbox'],
    title: { en: 'Inbox', ko: '인박스' },
    promise: { en: 'A second delivery has no second effect.', ko: '두 번 배달되어도 효과는 한 번뿐이다.' },
  },
  {
    name: 'admission',
    services: ['queue'],
    modes: ['sliding-window', 'fixed-window'],
    title: { en: 'Sliding window', ko: '슬라이딩 윈도' },
    promise: { en: 'No interval of W holds more than N admissions.', ko: '어떤 W 구간에도 N명보다 많이 입장하지 않는다.' },
  },
  {
    name: 'moderation',
    services: ['chat'],
    modes: ['behind-the-log', 'in-chat'],
    title: { en: 'Moderator behind the log', ko: '로그 뒤의 모더레이터' },
    promise: { en: 'Exactly one system message a hit, whatever dies.', ko: '무엇이 죽어도 적발 하나에 시스템 메시지 하나.' },
  },
  {
    name: 'ids',
    services: ['board'],
    modes: ['uuidv7', 'uuidv4'],
    title: { en: 'Time-ordered ids', ko: '시간순 id' },
    promise: { en: 'Who sorts by id reads in the order of creation.', ko: 'id로 정렬하면 생성 순서대로 읽힌다.' },
  },
];
