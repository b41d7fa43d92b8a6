import { useCallback, useEffect } from 'react';
import type { Lab } from '../../feed/api';
import { useConsole, useDesk } from './desk';
import { type Asked, useAsked } from './ui/use-asked';

/** What the lab has; asked again when the feed says that something was turned. */
export function useLab(): Asked<Lab> {
  const { api } = useDesk();
  const told = useConsole((state) => state.lab);
  const asked = useAsked(useCallback(() => api.get<Lab>('/lab'), [api]));
  const { again } = asked;
  useEffect(() => {
    if (told) again();
  }, [told, again]);
  return asked;
}
