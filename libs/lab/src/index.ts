export type { Text } from './text';
export { type Switch, type SwitchName, SWITCHES } from './switches';
export type { ActiveFault, Fault, FaultAction } from './fault';
export { faultNamed, FAULTS } from './faults/catalogue';
export type { BrokenPromise, Invariant, RunEvent, Scenario, Step } from './scenario';
export { LabError, type LabErrorCode } from './lab.error';
export { LabDriver } from './driver/lab-driver';
export type { ProcessAction } from './driver/runner-client';
