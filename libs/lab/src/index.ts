export type { Text } from './text';
export { type Switch, type SwitchName, SWITCHES } from './switches';
export type { Fault, FaultAction } from './faults';
export type { BrokenPromise, Invariant, RunEvent, Scenario, Step } from './scenario';
