/** Items to be handled together. */
export interface Stage<T, G> {
  readonly group: G;
  readonly items: readonly T[];
}

export interface StageRules<T, G> {
  readonly keyOf: (item: T) => string;
  readonly groupOf: (item: T) => G;
  /** The most items of a stage of this group. */
  readonly sizeOf: (group: G) => number;
}

/**
 * Sorts items into stages of one group each, to be handled one stage after the other. An item goes into the first stage of its
 * group that has room and does not come before an earlier item of its key: the order of every key is kept, and there
 * are as few stages as that allows.
 */
export function toStages<T, G>(items: readonly T[], { keyOf, groupOf, sizeOf }: StageRules<T, G>): Stage<T, G>[] {
  const stages: { readonly group: G; readonly items: T[] }[] = [];
  const lastOfKey = new Map<string, number>();
  for (const item of items) {
    const [key, group] = [keyOf(item), groupOf(item)];
    const from = lastOfKey.get(key) ?? 0;
    let index = stages.findIndex((stage, at) => at >= from && stage.group === group && stage.items.length < sizeOf(group));
    if (index < 0) index = stages.push({ group, items: [] }) - 1;
    stages[index]?.items.push(item);
    lastOfKey.set(key, index);
  }
  return stages;
}
