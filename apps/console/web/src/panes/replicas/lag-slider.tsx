import { type ReactNode, useEffect, useState } from 'react';
import { useDesk, useDo } from '../../desk';
import { span } from '../../ui/format';
import { CurlButton } from '../../ui/curl-button';
import { Labelled } from '../../ui/parts';

const MOST_MS = 10_000;
const STEP_MS = 250;

/** How far a standby is held back. The hand goes before what the server has last said, until it lets go. */
export function LagSlider({ node, delayMs }: { readonly node: string; readonly delayMs: number }): ReactNode {
  const { api, say } = useDesk();
  const act = useDo();
  const [wanted, setWanted] = useState(delayMs);
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (!isHeld) setWanted(delayMs);
  }, [delayMs, isHeld]);
  const letGo = (): void => {
    if (!isHeld) return;
    act(async () => {
      try {
        await api.send('PUT', `/lab/replicas/${node}`, { delayMs: wanted });
      } finally {
        setHeld(false);
      }
    });
  };
  return (
    <div>
      <Labelled label={<>{say('replicas.delay')} <output className="mono">{span(wanted)}</output></>}>
        <input
          type="range"
          aria-label={`${say('replicas.delay')}: ${node}`}
          min={0}
          max={MOST_MS}
          step={STEP_MS}
          value={wanted}
          onChange={({ target }) => {
            setHeld(true);
            setWanted(Number(target.value));
          }}
          onPointerUp={letGo}
          onKeyUp={letGo}
          onBlur={letGo}
        />
      </Labelled>
      <CurlButton method="PUT" path={`/lab/replicas/${node}`} body={{ delayMs: wanted }} />
    </div>
  );
}
