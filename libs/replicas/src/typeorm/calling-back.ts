type Callback = (error: unknown, result?: unknown) => void;

/**
 * `pg` takes a callback too, behind the other arguments or in the config. It is called once, and not from within a promise: what it throws is
 * uncaught, as `pg` has it, and not a rejection of somebody else's.
 * @param query is given the arguments without it
 */
export function callingBack(args: readonly unknown[], query: (args: readonly unknown[]) => Promise<unknown>): Promise<unknown> | undefined {
  const callback = callbackOf(args);
  if (!callback) return query(args);
  const [config, values] = args;
  query([typeof config === 'object' ? withoutCallback(config) : config, typeof values === 'function' ? undefined : values]).then(
    (result) => process.nextTick(callback, null, result),
    (error: unknown) => process.nextTick(callback, error),
  );
  return undefined;
}

/** In the order in which `pg` prefers them. */
function callbackOf([config, values, last]: readonly unknown[]): Callback | undefined {
  if (typeof last === 'function') return last as Callback;
  if (typeof values === 'function') return values as Callback;
  return (config as { readonly callback?: Callback } | null | undefined)?.callback;
}

/** The rest may stand in its prototype. */
function withoutCallback(config: object | null): unknown {
  return Object.create(config, { callback: { value: undefined } });
}

/** A `Query`, a cursor or a stream: it hands out rows as they come, to whoever listens. */
export function isSubmittable(query: unknown): boolean {
  return typeof query === 'object' && query !== null && 'submit' in query;
}
