import type { Hits } from './fault-injector.ts';

/** Who has neither been killed nor frozen: what is promised of their death was not tried. */
export function spared(victims: readonly string[], hits: ReadonlyMap<string, Hits>): string[] {
  return victims.filter((victim) => {
    const { kills, freezes } = hits.get(victim) ?? { kills: 0, freezes: 0 };
    return kills + freezes === 0;
  });
}
