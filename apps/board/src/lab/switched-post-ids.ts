import { absorb, type UuidV7Format, uuidV4, uuidV7 } from '@madang/ids';
import { observeGenerator } from '@madang/ids/prometheus';
import type { Switchboard } from '@madang/lab/nest';

/** As `rowIds()`, by a clock that can be set back; or ids without any order. */
export function switchedPostIds(switches: Switchboard): UuidV7Format {
  const ordered = uuidV7({ clock: () => Date.now() - switches.told('clock-back'), rollback: absorb(Infinity), ...observeGenerator });
  const random = uuidV4();
  const next = ordered.generate.bind(ordered);
  const generate = (): string => (switches.mode('ids') === 'uuidv4' ? random.generate() : next());
  return Object.assign(ordered, { generate });
}
