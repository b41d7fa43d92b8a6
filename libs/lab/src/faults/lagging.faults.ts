import type { Fault } from '../fault';

/** Replicas that are behind. */
export const laggingFaults: readonly Fault[] = [
  {
    name: 'replica-2-lags',
    title: { en: 'replica-2 a second behind', ko: 'replica-2 1초 지연' },
    does: { en: 'replica-2 applies each commit one second late (recovery_min_apply_delay).', ko: 'replica-2가 커밋을 1초 늦게 적용한다(recovery_min_apply_delay).' },
    holds: { en: 'Nobody reads back in time, and members find at once what they have written: such reads go to replica-1 or the primary.', ko: '아무도 과거로 돌아가 읽지 않고, 회원은 자기가 쓴 것을 곧바로 찾는다: 그런 읽기는 replica-1이나 프라이머리로 간다.' },
    prediction: {
      question: { en: 'You publish a post and read it with the token of the answer. It is …', ko: '글을 올리고 응답의 토큰으로 읽는다. 글은?' },
      answers: [
        { en: 'there, from another server where your first choice lags', ko: '있다, 첫 선택이 늦으면 다른 서버에서' },
        { en: 'missing for a second', ko: '1초 동안 없다' },
        { en: 'there, because all reads now go to the primary', ko: '있다, 이제 모든 읽기가 프라이머리로 가므로' },
      ],
    },
    action: { do: 'delay-replica', replica: 'replica-2', ms: 1_000 },
    revertAfterMs: 60_000,
  },
  {
    name: 'replica-2-stands-still',
    title: { en: 'replica-2 stands still', ko: 'replica-2 재생 중지' },
    does: { en: 'pg_wal_replay_pause(): replica-2 receives everything and applies nothing.', ko: 'pg_wal_replay_pause(): replica-2가 모두 받지만 아무것도 적용하지 않는다.' },
    holds: { en: 'Reads stay monotonic; after 30 s it counts as behind and nobody reads it, until it has caught up.', ko: '읽기는 단조롭다. 30초 뒤에는 뒤처진 것으로 보고 따라잡을 때까지 아무도 읽지 않는다.' },
    prediction: {
      question: { en: 'A reader whose first choice is replica-2 has seen a newer post elsewhere. The next read goes to …', ko: '첫 선택이 replica-2인 독자가 다른 곳에서 더 새로운 글을 보았다. 다음 읽기는 어디로?' },
      answers: [
        { en: 'a server that has that post already', ko: '그 글을 이미 가진 서버로' },
        { en: 'replica-2, and the post is gone', ko: 'replica-2로, 글은 사라져 보인다' },
        { en: 'nobody: it is an error', ko: '아무 데도: 오류다' },
      ],
    },
    action: { do: 'pause-replay', replica: 'replica-2' },
    revertAfterMs: 45_000,
  },
  {
    name: 'replica-1-killed',
    title: { en: 'replica-1 killed', ko: 'replica-1 강제 종료' },
    does: { en: 'kill -9 of a standby while it is read.', ko: '읽히고 있는 스탠바이를 kill -9.' },
    holds: { en: 'No read fails, and none goes back in time: what was being read there is asked elsewhere, as far as the reader had seen.', ko: '어떤 읽기도 실패하지 않고 과거로 돌아가지 않는다: 거기서 읽던 것은 독자가 본 지점 이상인 다른 서버에서 읽는다.' },
    prediction: {
      question: { en: 'Reads that were on their way to it …', ko: '그곳으로 가던 읽기는?' },
      answers: [
        { en: 'are asked again elsewhere, unnoticed', ko: '눈에 띄지 않게 다른 곳에서 다시 읽는다' },
        { en: 'answer 503', ko: '503을 받는다' },
        { en: 'wait until it is back', ko: '돌아올 때까지 기다린다' },
      ],
    },
    action: { do: 'kill', processes: ['replica-1'] },
    revertAfterMs: 15_000,
  },
];
