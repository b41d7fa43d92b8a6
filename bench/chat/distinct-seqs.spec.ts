import { DistinctSeqs } from './distinct-seqs.ts';

const message = (seq: number): string => `["message",{"id":"7","roomId":"9","seq":${seq},"change":"posted","text":"see you at 12"}]`;

test('a message that comes twice counts once, and what is no message not at all', () => {
  const seqs = new DistinctSeqs();
  expect([message(1), message(2), message(1), '["typing",{"seq":3}]', message(12), message(2)].map((packet) => seqs.takes(packet))).toEqual([true, true, false, false, true, false]);
});

test('a message without a number is no message of the chat', () => {
  expect(() => new DistinctSeqs().takes('["message",{"id":"7"}]')).toThrow('without a number');
});
