import type { Fault } from '../fault';
import { LabError } from '../lab.error';
import { dyingFaults } from './dying.faults';
import { frozenFaults } from './frozen.faults';
import { laggingFaults } from './lagging.faults';
import { toldFaults } from './told.faults';

/** Everything that can be broken by a button. */
export const FAULTS: readonly Fault[] = [...dyingFaults, ...frozenFaults, ...laggingFaults, ...toldFaults];

/** @throws LabError with the names that there are */
export function faultNamed(name: string): Fault {
  const fault = FAULTS.find((each) => each.name === name);
  if (!fault) throw new LabError('unknown-fault', `There is no fault "${name}". There are: ${FAULTS.map((each) => each.name).join(', ')}`);
  return fault;
}
