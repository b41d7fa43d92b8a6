import type { Fault } from '../fault';

/** Processes that die, and come back. */
export const dyingFaults: readonly Fault[] = [
  {
    name: 'member-dies-after-commit',
    title: { en: 'Member dies right after a commit', ko: '커밋 직후 member 사망' },
    does: {
      en: 'The member service kills itself (SIGKILL) at the moment when the next withdrawal has committed, before it answers anybody.',
      ko: '다음 탈퇴가 커밋된 바로 그 순간, 누구에게도 답하기 전에 member 서비스가 스스로를 SIGKILL로 종료한다.',
    },
    holds: {
      en: 'The event lies in the same commit: the posts disappear all the same. The client gets no answer, asks again and is told 401: it has happened.',
      ko: '이벤트가 같은 커밋 안에 있으므로 게시글은 그래도 사라진다. 클라이언트는 답을 받지 못하고, 다시 요청하면 401을 받는다: 이미 탈퇴한 것이다.',
    },
    prediction: {
      question: { en: 'The process is dead, nobody has told the board. What becomes of the posts?', ko: '프로세스는 죽었고 아무도 board에 알리지 않았다. 게시글은 어떻게 될까?' },
      answers: [
        { en: 'They disappear: the log reader finds the row that committed with the withdrawal', ko: '사라진다: 로그 리더가 탈퇴와 함께 커밋된 행을 찾아낸다' },
        { en: 'They stay until somebody withdraws again', ko: '누군가 다시 탈퇴할 때까지 남아 있다' },
        { en: 'The withdrawal is rolled back, the posts stay', ko: '탈퇴가 롤백되고 게시글은 남는다' },
      ],
    },
    action: { do: 'tell', service: 'member', fault: 'die-after-commit', value: 1 },
    revertAfterMs: 30_000,
  },
  {
    name: 'cdc-killed',
    title: { en: 'Log reader killed', ko: '로그 리더 강제 종료' },
    does: { en: 'kill -9 of cdc, while it reads the log of four databases. Its supervisor starts it again.', ko: '네 데이터베이스의 로그를 읽고 있는 cdc를 kill -9. 슈퍼바이저가 다시 시작한다.' },
    holds: { en: 'Nothing is lost: it goes on at the position that its slot has confirmed. What it sends twice stops at the inbox.', ko: '아무것도 잃지 않는다: 슬롯이 확인한 위치부터 이어 읽는다. 두 번 보낸 것은 인박스에서 멈춘다.' },
    prediction: {
      question: { en: 'Rows that it had read and not yet confirmed: what happens to them?', ko: '읽었지만 아직 확인하지 않은 행은 어떻게 될까?' },
      answers: [
        { en: 'They are published again, and take effect once', ko: '다시 발행되고, 효과는 한 번만 난다' },
        { en: 'They are lost', ko: '유실된다' },
        { en: 'They take effect twice', ko: '효과가 두 번 난다' },
      ],
    },
    action: { do: 'kill', processes: ['cdc'] },
    revertAfterMs: 10_000,
  },
  {
    name: 'relay-killed',
    title: { en: 'Message relay killed', ko: '메시지 릴레이 강제 종료' },
    does: { en: 'kill -9 of the relay between row-added topic and domain topic.', ko: '행 추가 토픽과 도메인 토픽 사이의 relay를 kill -9.' },
    holds: { en: 'Events wait in the row-added topic, and come in their order, some three seconds later: Kafka first has to believe that the old consumer is dead.', ko: '이벤트는 행 추가 토픽에서 기다렸다가 3초쯤 뒤 순서대로 온다: Kafka가 먼저 옛 컨슈머의 죽음을 확인해야 한다.' },
    prediction: {
      question: { en: 'A member withdraws while the relay is dead. The DELETE answers …', ko: '릴레이가 죽은 동안 회원이 탈퇴한다. DELETE의 응답은?' },
      answers: [
        { en: '204 at once; the posts follow when the relay is back', ko: '곧바로 204; 게시글은 릴레이가 돌아오면 사라진다' },
        { en: '503, because the event cannot be delivered', ko: '이벤트를 전달할 수 없으므로 503' },
        { en: 'only once the relay is back', ko: '릴레이가 돌아온 뒤에야 응답한다' },
      ],
    },
    action: { do: 'kill', processes: ['relay'] },
    revertAfterMs: 10_000,
  },
  {
    name: 'board-killed',
    title: { en: 'Board killed', ko: 'board 강제 종료' },
    does: { en: 'kill -9 of the board, perhaps between its commit and its acknowledgement to Kafka.', ko: 'board를 kill -9. 커밋과 Kafka 확인 응답 사이일 수도 있다.' },
    holds: { en: 'What was not acknowledged is delivered again; the inbox row that committed with the effect turns it away.', ko: '확인되지 않은 것은 다시 배달되고, 효과와 함께 커밋된 인박스 행이 그것을 돌려보낸다.' },
    prediction: {
      question: { en: 'It dies after its commit, before the acknowledgement. The event …', ko: '커밋 후, 확인 응답 전에 죽는다. 이벤트는?' },
      answers: [
        { en: 'comes a second time and changes nothing', ko: '두 번째로 오지만 아무것도 바꾸지 않는다' },
        { en: 'never comes again', ko: '다시는 오지 않는다' },
        { en: 'hides the posts a second time, and says so twice', ko: '게시글을 두 번 숨기고 두 번 알린다' },
      ],
    },
    action: { do: 'kill', processes: ['board'] },
    revertAfterMs: 10_000,
  },
  {
    name: 'moderator-killed',
    title: { en: 'Moderator killed', ko: '모더레이터 강제 종료' },
    does: { en: 'kill -9 of the moderator, which judges what is said in the chat.', ko: '채팅 내용을 판정하는 moderator를 kill -9.' },
    holds: { en: 'The chat goes on without it. Warnings come late, each exactly once.', ko: '채팅은 그것 없이 계속된다. 경고는 늦게 오지만 각각 정확히 한 번 온다.' },
    prediction: {
      question: { en: 'Somebody says a telephone number meanwhile. The warning …', ko: '그동안 누군가 전화번호를 말한다. 경고는?' },
      answers: [
        { en: 'comes once, when the moderator is back', ko: '모더레이터가 돌아오면 한 번 온다' },
        { en: 'never comes: nobody was listening', ko: '오지 않는다: 듣는 이가 없었다' },
        { en: 'keeps the message from being sent', ko: '메시지 전송 자체를 막는다' },
      ],
    },
    action: { do: 'kill', processes: ['moderator'] },
    revertAfterMs: 10_000,
  },
  {
    name: 'chat-node-killed',
    title: { en: 'A chat node killed', ko: '채팅 노드 하나 강제 종료' },
    does: { en: 'kill -9 of the first chat node, with all its sockets.', ko: '첫 번째 채팅 노드를 모든 소켓과 함께 kill -9.' },
    holds: { en: 'What was acknowledged is there, in one order for everybody; clients come back and catch up by number.', ko: '확인된 메시지는 모두에게 같은 순서로 남아 있다. 클라이언트는 다시 접속해 번호로 따라잡는다.' },
    prediction: {
      question: { en: 'A message was sent, and its acknowledgement never came. The client …', ko: '메시지를 보냈는데 확인이 오지 않았다. 클라이언트는?' },
      answers: [
        { en: 'sends it again under the same id: it is there once', ko: '같은 id로 다시 보낸다: 한 번만 남는다' },
        { en: 'must not send it again: it would be there twice', ko: '다시 보내면 안 된다: 두 번 남는다' },
        { en: 'knows that it is lost', ko: '유실되었음을 안다' },
      ],
    },
    action: { do: 'kill', processes: ['chat'] },
    revertAfterMs: 10_000,
  },
  {
    name: 'kafka-killed',
    title: { en: 'Kafka killed', ko: 'Kafka 강제 종료' },
    does: { en: 'kill -9 of the only broker.', ko: '하나뿐인 브로커를 kill -9.' },
    holds: { en: 'Members withdraw, post and chat all the same: events wait in the outboxes, the log keeps them for the reader.', ko: '회원은 그래도 탈퇴하고 글을 쓰고 채팅한다: 이벤트는 아웃박스에서 기다리고, 로그가 리더를 위해 보관한다.' },
    prediction: {
      question: { en: 'Without a broker, which requests fail?', ko: '브로커가 없으면 어떤 요청이 실패할까?' },
      answers: [
        { en: 'None: nobody calls Kafka in a request', ko: '없다: 요청 안에서 Kafka를 부르는 것은 없다' },
        { en: 'Withdrawals', ko: '탈퇴' },
        { en: 'All that write', ko: '쓰는 요청 전부' },
      ],
    },
    action: { do: 'kill', processes: ['kafka'] },
    revertAfterMs: 20_000,
  },
  {
    name: 'valkey-killed',
    title: { en: 'Valkey killed', ko: 'Valkey 강제 종료' },
    does: { en: 'kill -9 of Valkey, which decides admissions and tells chat nodes of each other’s messages.', ko: '입장을 결정하고 채팅 노드끼리 메시지를 알리는 Valkey를 kill -9.' },
    holds: { en: 'Nobody loses their place in the line: admissions are in PostgreSQL before anybody is told, places are in the tickets. The chat catches up.', ko: '아무도 자리를 잃지 않는다: 입장은 알리기 전에 PostgreSQL에 있고, 자리는 티켓에 있다. 채팅은 따라잡는다.' },
    prediction: {
      question: { en: 'A hundred wait. Valkey loses its memory. Their order …', ko: '백 명이 기다린다. Valkey가 기억을 잃는다. 순서는?' },
      answers: [
        { en: 'stays: each ticket carries its place, signed', ko: '그대로다: 각 티켓이 서명된 자리를 담고 있다' },
        { en: 'is the order in which they ask again', ko: '다시 물어보는 순서가 된다' },
        { en: 'is gone, everybody starts anew', ko: '사라지고 모두 처음부터 다시 시작한다' },
      ],
    },
    action: { do: 'kill', processes: ['valkey'] },
    revertAfterMs: 10_000,
  },
];
