import { succeeded } from '../api/people';
import { resultOf } from '../ui/result';
import { ROOM, enterMany, type Place } from '../panes/room/visitors';
import { until } from './until';
import type { Stage } from './stage';

const RUSH = 30;

/** Thirty come at once, then you: ten are let in in any five seconds, in the order in which they came. */
export async function rushStory({ api, say, report }: Stage): Promise<void> {
  const entered = await enterMany(api, RUSH);
  const last = entered.at(-1);
  if (last) report(resultOf(say('story.rush', { count: RUSH, waiting: entered.filter(({ body }) => body.status === 'waiting').length }), last));
  const mine = await api.service<Place>({ service: 'queue', method: 'POST', path: `/waiting-rooms/${ROOM}/visitors` });
  succeeded(mine);
  const ticket = mine.body.ticket ?? '';
  report(resultOf(say('story.my-place', { position: mine.body.position, seconds: Math.ceil((mine.body.etaMs ?? 0) / 1_000) }), mine));
  let position = mine.body.position;
  const poll = () => api.service<Place>({ service: 'queue', method: 'GET', path: `/waiting-rooms/${ROOM}/visitors/me`, headers: { 'x-waiting-ticket': ticket } });
  const admitted = await until(
    async () => {
      const answer = await poll();
      if (answer.ok && answer.body.status === 'waiting' && answer.body.position !== position) {
        position = answer.body.position;
        report(resultOf(say('story.my-place-now', { position }), answer, 'saw'));
      }
      return answer;
    },
    ({ body }) => body.status === 'admitted',
    { forMs: 60_000, everyMs: 1_000 },
  );
  report(resultOf(say('story.admitted'), admitted, 'saw'));
}
