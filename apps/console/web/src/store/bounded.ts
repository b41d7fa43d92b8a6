/** The last `most` of both; neither is changed. */
export function append<T>(list: readonly T[], added: readonly T[], most: number): readonly T[] {
  if (added.length === 0) return list;
  if (added.length >= most) return added.slice(-most);
  return [...list.slice(Math.max(0, list.length + added.length - most)), ...added];
}

/** As many keys as `most`, the one that was set first goes first. */
export function withKey<T>(map: Readonly<Record<string, T>>, key: string, value: T, most: number): Readonly<Record<string, T>> {
  const next = { ...map, [key]: value };
  const keys = Object.keys(next);
  if (keys.length <= most) return next;
  const [oldest] = keys;
  if (oldest !== undefined && oldest !== key) delete next[oldest];
  return next;
}
