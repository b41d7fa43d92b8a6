import { UserFacingError } from '../core/user-facing-error.ts';
import type { ProcessIdentity } from '../process/process-identity.mjs';

/** Another runner has this state directory. */
export class AlreadyRunning extends UserFacingError {
  override readonly name = 'AlreadyRunning';
  readonly holder: ProcessIdentity;

  constructor(holder: ProcessIdentity, stateDirectory: string, addresses: readonly string[]) {
    super([`The sandbox in ${stateDirectory} already runs (pid ${holder.pid}):`, ...addresses.map((line) => `  ${line}`)].join('\n'));
    this.holder = holder;
  }
}
