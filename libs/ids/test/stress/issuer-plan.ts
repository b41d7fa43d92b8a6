import type { NodeLeaseOptions } from '../../src/lease/index';

/** Each takes one line of defence away, and must then be seen to make duplicates. */
export type Control = 'no-mark' | 'no-fencing' | 'equal-nodes';

export interface IssuerPlan {
  readonly format: 'snowflake' | 'tsid';
  readonly storeUrl: string;
  readonly lease: NodeLeaseOptions;
  /** How many ids the file is to have. */
  readonly target: number;
  /** 8 bytes an id, appended. */
  readonly idFile: string;
  readonly notesFile: string;
  /** By how many seconds the process itself moves its clock; left out, something outside does. */
  readonly offsetFile?: string;
  /** How many ids are made in a turn of the event loop. */
  readonly turn: number;
  /** Between turns. */
  readonly pauseMs: number;
  readonly controls: readonly Control[];
}
