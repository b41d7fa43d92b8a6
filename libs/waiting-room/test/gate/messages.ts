import type { Place } from '../../src/index';

/** What the test asks a gate, and what it answers; by the channel between parent and child. */
export interface Asked {
  readonly id: number;
  readonly operation: 'enter' | 'poll' | 'leave' | 'configure';
  readonly room: string;
  readonly ticket?: string | undefined;
  readonly settings?: { readonly limit: number; readonly intervalMs: number; readonly graceMs?: number; readonly onOutage?: 'open' };
}

export interface Answered {
  readonly id: number;
  /** When it was answered, in milliseconds: of the machine's clock, which is the server's too. */
  readonly at: number;
  readonly place?: Place | undefined;
  readonly error?: { readonly code: string; readonly message: string };
}

/** What a gate is told in its environment. A control takes one of the promises away. */
export type Control = 'no-hold' | 'no-store';
