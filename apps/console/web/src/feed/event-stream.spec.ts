import { EventStreamParser } from './event-stream';

const STREAM = ': hello\n\nevent: batch\ndata: [1,\ndata: 2]\n\nid: 7\r\nevent: batch\r\ndata: [3]\r\n\r\ndata: bare\n\nevent: batch\ndata: [cut';

it('gives out the events that are whole, wherever the pieces end', () => {
  const expected = [{ event: 'batch', data: '[1,\n2]' }, { event: 'batch', data: '[3]' }, { event: 'message', data: 'bare' }];
  for (const size of [1, 2, 7, 1_000]) {
    const parser = new EventStreamParser();
    const seen = [];
    for (let at = 0; at < STREAM.length; at += size) seen.push(...parser.push(STREAM.slice(at, at + size)));
    expect(seen).toEqual(expected);
  }
});
