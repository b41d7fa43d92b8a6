import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type { Topology } from '../../../feed/api';
import { ConsoleApi } from '../api/console-api';
import { type Desk, DeskContext } from '../desk';
import { FeedConnection } from '../feed/feed-connection';
import { type Language, sayIn } from '../i18n/say';
import { keepLanguage, keptLanguage } from '../i18n/kept-language';
import { parseRoute, type Route } from '../route';
import { keepToken } from '../session';
import { ConsoleStore } from '../store/console-store';
import { useAsked } from '../ui/use-asked';
import { AskToken } from './ask-token';
import { Shell } from './shell';
import type { Told } from './toast';

const TOPOLOGY_EVERY_MS = 10_000;

/** In with a token, else to where one is asked for. */
export function Gate({ token: first }: { readonly token: string | null }): ReactNode {
  const [token, setToken] = useState(first);
  const [language, setLanguage] = useState<Language>(keptLanguage);
  const choose = useCallback((chosen: Language) => {
    keepLanguage(chosen);
    setLanguage(chosen);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const refuse = useCallback(() => setToken(null), []);
  if (token === null) {
    const enter = (given: string): void => {
      keepToken(given);
      setToken(given);
    };
    return <AskToken say={sayIn(language)} wasRefused={first !== null} onToken={enter} />;
  }
  return <Inside key={token} token={token} language={language} onLanguage={choose} onRefused={refuse} />;
}

interface InsideProps {
  readonly token: string;
  readonly language: Language;
  onLanguage(language: Language): void;
  onRefused(): void;
}

function Inside({ token, language, onLanguage, onRefused }: InsideProps): ReactNode {
  const [store] = useState(() => new ConsoleStore());
  const [api] = useState(() => new ConsoleApi(token));
  const [filter, setFilter] = useState<string | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const route = useRoute();
  const say = useMemo(() => sayIn(language), [language]);
  useEffect(() => {
    const connection = new FeedConnection('/api/feed', token, {
      onItems: (items) => store.take(items),
      onBuild: (build) => store.heardOfBuild(build),
      onState: (state) => {
        store.turn(state);
        if (state === 'refused') onRefused();
      },
    });
    connection.open();
    return () => connection.close();
  }, [store, token, onRefused]);
  const { value: topology } = useAsked(useCallback(() => api.get<Topology>('/api/topology'), [api]), TOPOLOGY_EVERY_MS);
  const drawn = useUnchanged(topology);
  const tell = useCallback((text: string, kind: 'good' | 'bad' = 'good') => setTold({ text, kind, at: Date.now() }), []);
  const desk = useMemo<Desk>(() => ({ store, api, say, language, route, topology: drawn, filter, setFilter, tell }), [store, api, say, language, route, drawn, filter, tell]);
  return (
    <DeskContext value={desk}>
      <Shell told={told} onLanguage={onLanguage} />
    </DeskContext>
  );
}

/** The same object as long as it says the same: the map is not drawn anew for an answer that changes nothing. */
function useUnchanged(topology: Topology | null): Topology | null {
  const text = JSON.stringify(topology);
  return useMemo(() => JSON.parse(text) as Topology | null, [text]);
}

function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = (): void => setRoute(parseRoute(location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return route;
}
