import { setTimeout as sleep } from 'node:timers/promises';
import { Ending } from '@madang/service-kit';
import type { FeedItem, RoomItem } from '../../feed/feed';
import { FeedHub } from './feed-hub';
import type { FeedStream } from './feed-stream';

let ending: Ending;

beforeEach(() => {
  ending = new Ending();
});

const room = (waiting: number): RoomItem => ({ kind: 'room', at: 0, room: 'x'.repeat(100), waiting, admitted: 0, limit: 1, intervalMs: 1, mode: 'open' });

test('what nobody looks at is not kept; who comes is told how things stand', async () => {
  const hub = new FeedHub(ending);
  hub.publish(room(1));
  hub.whenSomebodyComes(() => hub.publish(room(2)));
  const stream = hub.open();
  await sleep(60);
  expect(itemsOf(stream)).toEqual([room(2)]);
  stream.end();
  await sleep(0);
  expect(hub.isWatched).toBe(false);
});

test('items leave together, in order, and at once for each page', async () => {
  const hub = new FeedHub(ending);
  const pages = [hub.open(), hub.open()];
  for (const waiting of [1, 2, 3]) hub.publish(room(waiting));
  await sleep(60);
  for (const page of pages) expect(itemsOf(page)).toEqual([1, 2, 3].map(room));
  ending.begin();
});

test('a page that does not read is told how many it has missed, and holds no memory; the other one misses nothing', async () => {
  const hub = new FeedHub(ending);
  const [slow, quick] = [hub.open(), hub.open()];
  const read: FeedItem[] = [];
  const rounds = 20;
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < 500; index++) hub.publish(room(round));
    await sleep(40);
    read.push(...itemsOf(quick));
  }
  expect(read.length).toBe(rounds * 500);
  expect(slow.readable.readableLength).toBeLessThanOrEqual(1024 * 1024);
  const kept = itemsOf(slow);
  hub.publish(room(-1));
  await sleep(40);
  const [missed, last] = itemsOf(slow);
  expect(missed).toEqual({ kind: 'missed', count: rounds * 500 - kept.length });
  expect(last).toEqual(room(-1));
  ending.begin();
});

test('a process that ends lets its pages go', async () => {
  const hub = new FeedHub(ending);
  const streams = [hub.open()];
  ending.begin();
  streams.push(hub.open());
  await sleep(0);
  expect(streams.map(({ readable }) => readable.destroyed)).toEqual([true, true]);
  expect(hub.isWatched).toBe(false);
});

test('a flood within one batch is counted', async () => {
  const hub = new FeedHub(ending);
  const page = hub.open();
  for (let index = 0; index < 1_500; index++) hub.publish(room(index));
  await sleep(60);
  expect(itemsOf(page)[0]).toEqual({ kind: 'missed', count: 500 });
  ending.begin();
});

function itemsOf({ readable }: FeedStream): FeedItem[] {
  const text = String((readable.read() as Buffer | null) ?? '');
  return [...text.matchAll(/^data: (.*)$/gm)].flatMap(([, json]) => JSON.parse(json ?? '[]') as FeedItem[]);
}
