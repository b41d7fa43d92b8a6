import { type ButtonHTMLAttributes, type ReactNode, useState } from 'react';
import { useDesk } from '../desk';
import { hrefTo } from '../route';
import { short } from './format';

interface PanelProps {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly tools?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Panel({ title, note, tools, className = '', children }: PanelProps): ReactNode {
  return (
    <section className={`panel ${className}`}>
      <header className="panel-head">
        <div>
          <h2>{title}</h2>
          {note !== undefined && <p className="note">{note}</p>}
        </div>
        {tools !== undefined && <div className="tools">{tools}</div>}
      </header>
      {children}
    </section>
  );
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'plain' | 'main' | 'danger' | 'bare';
}

export function Button({ look = 'plain', className = '', ...rest }: ButtonProps): ReactNode {
  return <button type="button" className={`button ${look} ${className}`} {...rest} />;
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly value: T;
  readonly disabled?: boolean;
  onChoose(value: T): void;
}

export function Choice<T extends string>({ label, options, value, disabled = false, onChoose }: ChoiceProps<T>): ReactNode {
  return (
    <div className="choice" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" aria-pressed={option.value === value} disabled={disabled} onClick={() => onChoose(option.value)}>
          {option.text}
        </button>
      ))}
    </div>
  );
}

export function Badge({ kind = 'quiet', children }: { readonly kind?: 'quiet' | 'good' | 'bad' | 'warn' | 'accent'; readonly children: ReactNode }): ReactNode {
  return <span className={`badge ${kind}`}>{children}</span>;
}

export function Empty({ children }: { readonly children: ReactNode }): ReactNode {
  return <p className="empty">{children}</p>;
}

/** What scrolls can be scrolled by the keyboard too. */
export function Scroll({ label, className = '', children }: { readonly label: string; readonly className?: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className={`scroll ${className}`} role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

export function TraceLink({ traceId, children }: { readonly traceId: string | null; readonly children?: ReactNode }): ReactNode {
  const { say } = useDesk();
  if (traceId === null) return null;
  return (
    <a className="trace" href={hrefTo('timeline', traceId)} title={traceId}>
      {children ?? (
        <>
          {say('common.timeline')} <code>{short(traceId, 6)}</code>
        </>
      )}
    </a>
  );
}

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const { say, tell } = useDesk();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 1_500);
    } catch {
      tell(say('common.cannot-copy'), 'bad');
    }
  };
  return (
    <Button look="bare" onClick={() => void copy()}>
      {copied ? say('common.copied') : label}
    </Button>
  );
}

export function Labelled({ label, children }: { readonly label: ReactNode; readonly children: ReactNode }): ReactNode {
  return (
    <label className="labelled">
      <span>{label}</span>
      {children}
    </label>
  );
}
