import type { Fault } from '../fault';

/** What a service does to itself when it is told to. */
export const toldFaults: readonly Fault[] = [
  {
    name: 'chat-dies-after-answer',
    title: { en: 'A chat node dies right after its answer', ko: '응답 직후 채팅 노드 사망' },
    does: {
      en: 'The second chat node kills itself (SIGKILL) some milliseconds after it has acknowledged the next message.',
      ko: '두 번째 채팅 노드가 다음 메시지를 확인해 준 뒤 몇 밀리초 만에 스스로를 SIGKILL로 종료한다.',
    },
    holds: {
      en: 'What was acknowledged is in the log: everybody reads it, and the moderator judges it, once.',
      ko: '확인된 것은 로그에 있다: 모두가 그것을 읽고, 모더레이터가 한 번 판정한다.',
    },
    prediction: {
      question: { en: 'The message held a telephone number. The warning …', ko: '그 메시지에는 전화번호가 있었다. 경고는?' },
      answers: [
        { en: 'comes once, said by the other node', ko: '다른 노드가 한 번 말한다' },
        { en: 'died with the node', ko: '노드와 함께 사라졌다' },
        { en: 'comes when somebody sends the message again', ko: '누군가 메시지를 다시 보내면 온다' },
      ],
    },
    action: { do: 'tell', service: 'chat-2', fault: 'die-after-answer', value: 1 },
    revertAfterMs: 30_000,
  },
  {
    name: 'deliveries-doubled',
    title: { en: 'Every delivery comes twice', ko: '모든 배달이 두 번' },
    does: { en: 'The board is given each event a second time, as Kafka does whenever an acknowledgement is lost.', ko: 'board가 모든 이벤트를 두 번 받는다. 확인 응답이 유실될 때마다 Kafka가 하는 일이다.' },
    holds: { en: 'Each event takes effect once: the second time its id is in the inbox.', ko: '각 이벤트의 효과는 한 번뿐이다: 두 번째에는 id가 인박스에 있다.' },
    prediction: {
      question: { en: 'A member with one post withdraws. How many post.hidden events follow?', ko: '글 하나를 가진 회원이 탈퇴한다. post.hidden 이벤트는 몇 개?' },
      answers: [
        { en: 'One', ko: '하나' },
        { en: 'Two', ko: '둘' },
        { en: 'One, and a dead letter', ko: '하나와 데드 레터 하나' },
      ],
    },
    action: { do: 'tell', service: 'board', fault: 'double-deliveries', value: 1 },
    revertAfterMs: 60_000,
  },
  {
    name: 'clock-set-back',
    title: { en: 'Clock set back by a minute', ko: '시계가 1분 뒤로' },
    does: { en: 'The clock of the board’s id generator is set back by sixty seconds, as a careless ntpd does.', ko: 'board id 생성기의 시계를 60초 뒤로 돌린다. 부주의한 ntpd가 하는 일이다.' },
    holds: { en: 'Ids still ascend: the generator counts on from the last time it has seen, and counts the incident.', ko: 'id는 계속 커진다: 생성기는 마지막으로 본 시각에서 이어 세고, 사건을 기록한다.' },
    prediction: {
      question: { en: 'The next post’s id is …', ko: '다음 글의 id는?' },
      answers: [
        { en: 'greater than the one before', ko: '앞의 것보다 크다' },
        { en: 'smaller: its time is a minute earlier', ko: '작다: 시각이 1분 이르다' },
        { en: 'refused for a minute', ko: '1분 동안 거부된다' },
      ],
    },
    action: { do: 'tell', service: 'board', fault: 'clock-back', value: 60_000 },
    revertAfterMs: 60_000,
  },
];
