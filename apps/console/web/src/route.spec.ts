import { hrefTo, PANES, parseRoute } from './route';

it('comes back from what it was written as', () => {
  for (const pane of PANES) {
    expect(parseRoute(hrefTo(pane))).toEqual({ pane, of: null });
    expect(parseRoute(hrefTo(pane, 'cdc.member/public outbox'))).toEqual({ pane, of: 'cdc.member/public outbox' });
  }
});

it.each(['', '#', '#/nowhere', '#token=x', '#/start/%zz'])('takes %j for the first pane', (hash) => {
  expect(parseRoute(hash)).toEqual({ pane: 'start', of: null });
});
