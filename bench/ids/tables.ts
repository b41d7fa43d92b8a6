import { CEILING, type Burst } from './ceiling.ts';
import type { Compared, Measured, MeasuredPeer } from './comparison.ts';

const whole = (ns: number): string => Math.round(ns).toLocaleString('en');
const times = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 1 : 0)} x`;

export function speedTable(compared: readonly Compared[]): string {
  return table(
    ['format', 'ns', 'x floor (ns)', 'bulk ns', 'bytes', 'peers: ns, times ours, bytes'],
    compared.map(({ name, ns, floorNs, timesFloor, bulkNs, bytes, flat, peers }) => [
      name,
      whole(ns),
      `${timesFloor.toFixed(2)} (${whole(floorNs)})`,
      whole(bulkNs),
      `${bytes}${flat ? '' : ' (rope)'}`,
      peers.length === 0 ? 'none' : peers.map(peerCell).join('; '),
    ]),
  );
}

export function orientationLine(others: readonly Measured[]): string {
  return `For orientation, formats of their own: ${others.map(({ name, ns, bytes }) => `\`${name}\` ${whole(ns)} ns, ${bytes} bytes`).join('; ')}.`;
}

export function burstTable(bursts: readonly Burst[]): string {
  return table(
    ['Snowflakes in a burst', 'ids a ms', 'duplicates'],
    bursts.map(({ name, ids, idsAMillisecond, duplicates }) => [`\`${name}\``, whole(idsAMillisecond), `${whole(duplicates)} of ${whole(ids)}`]),
  );
}

export function missed(compared: readonly Compared[], [own]: readonly Burst[]): string[] {
  const slow = compared.flatMap(({ name, peers }) =>
    peers.flatMap((peer) => {
      const enough = peer.least === undefined ? peer.ratio > 1 : peer.ratio >= peer.least;
      return enough ? [] : [`${name}: ${times(peer.ratio)} ${peer.name}, not ${times(peer.least ?? 1)}`];
    }),
  );
  for (const { name, flat } of compared) if (!flat) slow.push(`${name}: a rope, not a flat string`);
  if (own === undefined) return [...slow, 'no burst of Snowflakes'];
  if (own.duplicates > 0) slow.push(`snowflake: ${own.duplicates} duplicates`);
  if (own.idsAMillisecond !== CEILING) slow.push(`snowflake: ${own.idsAMillisecond} ids a millisecond, not ${CEILING}`);
  return slow;
}

function peerCell({ name, ns, ratio, least, bytes, flat }: MeasuredPeer): string {
  return `\`${name}\` ${whole(ns)}, **${times(ratio)}**${least === undefined ? '' : ` (target ${least})`}, ${bytes}${flat ? '' : ' (rope)'}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
