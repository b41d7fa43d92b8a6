import { type FormEvent, type ReactNode, useState } from 'react';
import type { Say } from '../i18n/say';
import { Button, Labelled } from '../ui/parts';

interface AskTokenProps {
  readonly say: Say;
  readonly wasRefused: boolean;
  onToken(token: string): void;
}

export function AskToken({ say, wasRefused, onToken }: AskTokenProps): ReactNode {
  const [token, setToken] = useState('');
  const enter = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  };
  return (
    <main className="gate">
      <form onSubmit={enter}>
        <h1>마당 <span>Madang</span></h1>
        <p>{say(wasRefused ? 'gate.refused' : 'gate.none')}</p>
        <Labelled label={say('gate.token')}>
          <input type="password" autoComplete="off" value={token} onChange={({ target }) => setToken(target.value)} />
        </Labelled>
        <Button type="submit" look="main">{say('gate.enter')}</Button>
      </form>
    </main>
  );
}
