import { useCallback, useEffect, useRef, useState } from 'react';

export interface Asked<T> {
  readonly value: T | null;
  readonly error: string | null;
  again(): void;
}

/**
 * What the server says, asked once, and again every `everyMs` while it is shown. An answer that was overtaken is dropped.
 * @param ask changes when something else is asked; null: nothing is
 */
export function useAsked<T>(ask: (() => Promise<T>) | null, everyMs?: number): Asked<T> {
  const [{ value, error }, setAnswer] = useState<{ value: T | null; error: string | null }>({ value: null, error: null });
  const turn = useRef(0);
  const again = useCallback(() => {
    turn.current += 1;
    const mine = turn.current;
    ask?.().then(
      (answer) => mine === turn.current && setAnswer({ value: answer, error: null }),
      (reason: unknown) => mine === turn.current && setAnswer((before) => ({ ...before, error: reason instanceof Error ? reason.message : String(reason) })),
    );
  }, [ask]);
  useEffect(() => {
    again();
    const timer = everyMs === undefined ? undefined : setInterval(again, everyMs);
    return () => {
      turn.current += 1;
      clearInterval(timer);
    };
  }, [again, everyMs]);
  return { value, error, again };
}
