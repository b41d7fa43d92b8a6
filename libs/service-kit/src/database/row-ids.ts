import { absorb, uuidV7, type UuidV7Format } from '@madang/ids';
import { observeGenerator } from '@madang/ids/prometheus';

/**
 * Makes ids for rows, in the order in which they are asked for. Have one a service and kind of row. A clock that was set back is
 * counted and absorbed, however far it went: it must not keep a service from writing.
 */
export function rowIds(): UuidV7Format {
  return uuidV7({ rollback: absorb(Infinity), ...observeGenerator });
}
