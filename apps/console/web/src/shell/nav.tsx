import type { ReactNode } from 'react';
import { useDesk } from '../desk';
import type { Phrase } from '../i18n/phrases';
import { hrefTo, type PaneName } from '../route';
import { Glyph } from './glyph';

const GROUPS: readonly { readonly title: Phrase; readonly panes: readonly PaneName[] }[] = [
  { title: 'nav.see', panes: ['start', 'map', 'timeline'] },
  { title: 'nav.parts', panes: ['replicas', 'room', 'chat', 'ids', 'kafka', 'services'] },
  { title: 'nav.lab', panes: ['faults', 'switches', 'scenarios'] },
];

export function Nav(): ReactNode {
  const { route, say } = useDesk();
  return (
    <nav className="nav" aria-label={say('nav.label')}>
      <a className="brand" href={hrefTo('start')}>
        <Glyph name="brand" /> <span lang="ko">마당</span> <small>Madang</small>
      </a>
      {GROUPS.map(({ title, panes }) => (
        <div key={title} className="nav-group">
          <p>{say(title)}</p>
          <ul>
            {panes.map((pane) => (
              <li key={pane}>
                <a href={hrefTo(pane)} aria-current={pane === route.pane ? 'page' : undefined}>
                  <Glyph name={pane} /> {say(`pane.${pane}`)}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
