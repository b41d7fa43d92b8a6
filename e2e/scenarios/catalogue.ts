import type { Scenario } from '@madang/lab';
import { chatReconnectStorm } from './chat-reconnect-storm.ts';
import { dualWriteLosesIt } from './dual-write-loses-it.ts';
import { forgedPass } from './forged-pass.ts';
import { idClockRollback } from './id-clock-rollback.ts';
import { keywordWarning } from './keyword-warning.ts';
import { openingDayRush } from './opening-day-rush.ts';
import { poisonRecord } from './poison-record.ts';
import { readYourWritesAcrossServices } from './read-your-writes-across-services.ts';
import { replicaTimeTravel } from './replica-time-travel.ts';
import { withdrawalUnderCrash } from './withdrawal-under-crash.ts';
import type { World } from './world/world.ts';

/** Made anew for each run: what happens in it is kept within. */
export type NewScenario = () => Scenario<World>;

/** In the order of the guided tour. */
export const SCENARIOS: readonly NewScenario[] = [
  withdrawalUnderCrash,
  dualWriteLosesIt,
  poisonRecord,
  replicaTimeTravel,
  readYourWritesAcrossServices,
  idClockRollback,
  openingDayRush,
  forgedPass,
  keywordWarning,
  chatReconnectStorm,
];

/** Whether there is something to switch off in it. */
export function hasNaive({ naive }: Scenario<World>): boolean {
  return Object.keys(naive).length > 0;
}
