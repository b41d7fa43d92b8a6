import { type ReactNode, useEffect, useState } from 'react';

export interface Told {
  readonly text: string;
  readonly kind: 'good' | 'bad';
  readonly at: number;
}

const SHOWN_MS = 5_000;

export function Toast({ told }: { readonly told: Told | null }): ReactNode {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!told) return undefined;
    setShown(true);
    const timer = setTimeout(() => setShown(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [told]);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {told && isShown && <p className={`toast ${told.kind}`}>{told.text}</p>}
    </div>
  );
}
