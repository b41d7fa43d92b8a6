import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { useConsole, useDesk, useDo } from '../desk';
import type { Language } from '../i18n/say';
import { hrefTo } from '../route';
import { CurlButton } from '../ui/curl-button';
import { Badge, Button, Choice } from '../ui/parts';
import { useLab } from '../use-lab';
import { chooseTheme, themeChoice, type ThemeChoice } from '../ui/theme';
import { useRate } from './use-rate';

export function TopBar({ onLanguage }: { onLanguage(language: Language): void }): ReactNode {
  const { say, language, filter, setFilter } = useDesk();
  const [theme, setTheme] = useState<ThemeChoice>(themeChoice);
  const dress = (choice: ThemeChoice): void => {
    chooseTheme(choice);
    setTheme(choice);
  };
  return (
    <header className="topbar">
      <Connection />
      <Outdated />
      <LabState />
      {filter !== null && (
        <span className="filter">
          {say('bar.filter')} <strong>{filter}</strong>
          <Button look="bare" aria-label={say('bar.filter.off')} onClick={() => setFilter(null)}>×</Button>
        </span>
      )}
      <div className="settings">
        <Choice label={say('bar.language')} value={language} options={[{ value: 'en', text: 'EN' }, { value: 'ko', text: '한국어' }]} onChoose={onLanguage} />
        <Choice
          label={say('bar.theme')}
          value={theme}
          options={[{ value: 'system', text: say('bar.theme.system') }, { value: 'light', text: say('bar.theme.light') }, { value: 'dark', text: say('bar.theme.dark') }]}
          onChoose={dress}
        />
      </div>
    </header>
  );
}

function Connection(): ReactNode {
  const { store, say } = useDesk();
  const feed = useSyncExternalStore(store.subscribe, () => store.feed);
  const rate = useRate();
  return (
    <span className={`connection ${feed}`} role="status">
      <i aria-hidden="true" /> {say(`bar.feed.${feed}`)} {feed === 'live' && <span className="mono quiet" aria-hidden="true">{say('bar.rate', { count: rate })}</span>}
    </span>
  );
}

function Outdated(): ReactNode {
  const { store, say } = useDesk();
  const isOutdated = useSyncExternalStore(store.subscribe, () => store.isOutdated);
  if (!isOutdated) return null;
  return <Button look="main" onClick={() => location.reload()} data-testid="outdated">{say('bar.newer')}</Button>;
}

/** What is not as it should be: faults that are on, and patterns that are off. */
function LabState(): ReactNode {
  const { api, say, tell } = useDesk();
  const act = useDo();
  const active = useConsole((state) => state.lab)?.faults;
  const { value: lab } = useLab();
  const off = lab?.switches.filter(({ mode, modes }) => mode !== modes[0]) ?? [];
  const faults = (active ?? lab?.active ?? []).length;
  if (off.length === 0 && faults === 0) return null;
  const reset = async (): Promise<void> => {
    await api.send('POST', '/lab/reset');
    tell(say('faults.was-reset'));
  };
  return (
    <span className="lab-state">
      {faults > 0 && <a href={hrefTo('faults')}><Badge kind="bad">{say('bar.faults', { count: faults })}</Badge></a>}
      {off.length > 0 && <a href={hrefTo('switches')}><Badge kind="warn">{say('bar.off', { names: off.map(({ mode }) => mode).join(', ') })}</Badge></a>}
      <Button onClick={() => act(reset)}>{say('faults.reset')}</Button>
      <CurlButton method="POST" path="/lab/reset" />
    </span>
  );
}
