/** Who contradicts the one named, and in which messages: to find other things faster is no feat. */
export function unlike(hits: ReadonlyMap<string, readonly boolean[]>, truth: string): Map<string, number[]> {
  const right = hits.get(truth) ?? [];
  const differing = new Map<string, number[]>();
  for (const [name, found] of hits) {
    const at = right.flatMap((hit, index) => (found[index] === hit ? [] : [index]));
    if (at.length > 0) differing.set(name, at);
  }
  return differing;
}
