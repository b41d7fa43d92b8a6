import type { Received } from './row-added-topic';

/** What must differ between the engines: who wrote it, and when it passed through. Everything else is equal byte for byte. */
const OWN: readonly [what: RegExp, instead: string][] = [
  [/"source":\{"version":"[^"]*"/, '"source":{"version":"V"'],
  [/"op":"c","ts_ms":\d{13},"ts_us":\d{16},"ts_ns":\d{19}\}$/, '"op":"c","ts_ms":0,"ts_us":0,"ts_ns":0}'],
  // The commit before this one, as far as the engine knows it: a message between two transactions may count for one of them alone.
  [/"sequence":"\[(null|\\"\d+\\"),/, '"sequence":"[0,'],
];

/** The messages at which two engines differ: in key, partition, headers, value or order. Empty if they are equal. */
export function differences(left: readonly Received[], right: readonly Received[]): string[] {
  const [ours, theirs] = [left.map(comparable), right.map(comparable)];
  const count = Math.max(ours.length, theirs.length);
  return Array.from({ length: count }, (_, index) => index)
    .filter((index) => ours[index] !== theirs[index])
    .map((index) => `${index}: ${ours[index] ?? 'nothing'}\n  <> ${theirs[index] ?? 'nothing'}`);
}

function comparable({ key, value, partition, headers }: Received): string {
  const neutral = OWN.reduce((text, [what, instead]) => text.replace(what, instead), value);
  return `${partition} ${key} [${headers.join()}] ${neutral}`;
}
