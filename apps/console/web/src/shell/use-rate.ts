import { useEffect, useState } from 'react';
import { useDesk } from '../desk';

/** Items of the feed in the last second. */
export function useRate(): number {
  const { store } = useDesk();
  const [rate, setRate] = useState(0);
  useEffect(() => {
    let seen = 0;
    const deaf = store.onItems(({ length }) => {
      seen += length;
    });
    const timer = setInterval(() => {
      setRate(seen);
      seen = 0;
    }, 1_000);
    return () => {
      deaf();
      clearInterval(timer);
    };
  }, [store]);
  return rate;
}
