import type { ReactNode } from 'react';
import { useDesk } from '../../desk';
import { bitFields, type Reading } from './reading';

/** An id taken apart: its bits, coloured by field, and what each field says. */
export function BitRow({ reading }: { readonly reading: Reading }): ReactNode {
  const { say } = useDesk();
  const { format, preset, time, fields } = reading;
  const parts = bitFields(reading);
  return (
    <article className="reading">
      <h3>
        {format}{preset === undefined ? '' : ` · ${preset}`} <span className="quiet">{time ?? say('ids.no-time')}</span>
      </h3>
      <p className="bits mono" aria-label={say('ids.bits')} role="img">
        {parts.map(({ name, bits }, index) => (
          <span key={`${name}-${index}`} className={`field f${index % 6}`} title={`${name}: ${bits.length} bits`}>{bits}</span>
        ))}
      </p>
      <dl className="facts">
        {fields.map(({ name, bits, value, meaning }, index) => (
          <div key={`${name}-${index}`} title={meaning}>
            <dt><i className={`swatch f${index % 6}`} />{name} · {bits}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}
