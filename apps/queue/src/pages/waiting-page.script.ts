import { placeInWords } from './place-in-words';

/**
 * Listens for the place, and asks for it where that fails. Once it is not to be waited for any more, the server says what comes next: the page is loaded again.
 * In a hidden tab too: the place would be taken for left.
 */
export const WAITING_SCRIPT = `
const placeInWords = ${placeInWords.toString()};
const place = document.querySelector('[data-place]').dataset.place;
const say = (id, text) => {
  const element = document.getElementById(id);
  if (element.textContent !== text) element.textContent = text;
};
const show = ({ status, position, etaMs, phase }) => {
  if (status !== 'waiting') return location.reload();
  const words = placeInWords(position, etaMs, phase);
  document.title = words.title;
  say('position', words.position);
  say('eta', words.eta);
};
const ask = async () => {
  let next = 5000;
  try {
    const answer = await fetch(place, { headers: { accept: 'application/json' } });
    if (answer.status < 500 && answer.status !== 429) {
      if (answer.status === 401) return say('eta', 'This page needs cookies: allow them, and load it again.'); // it would take a new place each time
      if (!answer.ok) return location.reload();
      const found = await answer.json();
      show(found);
      next = found.pollAfterMs;
    }
  } catch {}
  setTimeout(ask, next);
};
const events = new EventSource(place + '/events');
events.onmessage = ({ data }) => show(JSON.parse(data));
events.addEventListener('problem', ({ data }) => {
  if (JSON.parse(data).status < 500) location.reload();
});
events.onerror = () => {
  if (events.readyState === EventSource.CLOSED) ask();
};
`;
