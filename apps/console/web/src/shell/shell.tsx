import { type ReactNode, Suspense, useEffect, useRef } from 'react';
import { useDesk } from '../desk';
import type { Language } from '../i18n/say';
import { PANE } from '../panes/panes';
import { Fallen } from './fallen';
import { Nav } from './nav';
import { Toast, type Told } from './toast';
import { TopBar } from './top-bar';

interface ShellProps {
  readonly told: Told | null;
  onLanguage(language: Language): void;
}

export function Shell({ told, onLanguage }: ShellProps): ReactNode {
  const { route, say } = useDesk();
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  // Whoever reads with their ears hears where they are.
  useEffect(() => {
    document.title = `${say(`pane.${route.pane}`)} · Madang`;
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [route.pane, say]);
  const Pane = PANE[route.pane];
  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={(event) => { event.preventDefault(); heading.current?.focus(); }}>{say('nav.skip')}</a>
      <Nav />
      <div className="stage">
        <TopBar onLanguage={onLanguage} />
        <main id="main" className={`pane pane-${route.pane}`}>
          <h1 ref={heading} tabIndex={-1}>{say(`pane.${route.pane}`)}</h1>
          <p className="lead">{say(`lead.${route.pane}`)}</p>
          <Fallen key={route.pane} show={({ message }) => <p className="verdict bad">{say('common.fallen', { message })}</p>}>
            <Suspense fallback={<p className="empty">{say('common.loading')}</p>}>
              <Pane />
            </Suspense>
          </Fallen>
        </main>
      </div>
      <Toast told={told} />
    </div>
  );
}
