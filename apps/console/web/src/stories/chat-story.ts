import { newPerson } from '../api/people';
import { resultOf, seen } from '../ui/result';
import { until } from './until';
import type { Stage } from './stage';

const SAID = '제 번호는 공일공 일이삼사 오육칠팔';

/** Somebody says a telephone number, spelled; a moderator behind the log answers. */
export async function chatStory({ api, store, say, topology, report }: Stage): Promise<void> {
  const { openRoom, talkIn } = await import('../panes/chat/talk'); // a socket's client comes when it is needed
  const [mina, jun] = await Promise.all([newPerson(api, 'mina'), newPerson(api, 'jun')]);
  const opened = await openRoom(api, mina, 'courtyard');
  report(resultOf(say('story.room'), opened));
  const room = opened.body.id;
  const traceIn = (type: string) => store.state.records.findLast((record) => record.key === room && record.type === type)?.traceId ?? null;
  const speaker = await talkIn(topology, 0, mina, room);
  const listener = await talkIn(topology, 1, jun, room);
  try {
    const began = performance.now();
    let warned: { text: string; tookMs: number } | undefined;
    listener.room.on('change', ({ kind, text }) => {
      if (kind === 'system') warned ??= { text, tookMs: performance.now() - began };
    });
    await speaker.room.send(SAID);
    report(seen(say('story.said', { text: SAID }), await later(() => traceIn('chat.message-posted')), 'did'));
    const answer = await until(() => Promise.resolve(warned), (known) => known !== undefined, { forMs: 20_000, everyMs: 20 });
    if (answer) report(seen(say('story.warned', { text: answer.text, ms: Math.round(answer.tookMs) }), await later(() => traceIn('chat.system-message-posted'))));
  } finally {
    speaker.client.close();
    listener.client.close();
  }
}

/** The record is on its way to the page, and a busy machine takes its time. */
async function later(trace: () => string | null): Promise<string | null> {
  return until(() => Promise.resolve(trace()), (known) => known !== null, { forMs: 10_000, everyMs: 50 }).catch(() => null);
}
