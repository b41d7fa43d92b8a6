import { Counter } from 'prom-client';
import type { GeneratorOptions } from '../index';

const rollbacks = new Counter({
  name: 'ids_clock_rollbacks_total',
  help: 'Jumps of the clock behind what a generator of ids had already seen, by format and by the policy that applied',
  labelNames: ['format', 'policy'] as const,
});

const overflows = new Counter({
  name: 'ids_overflows_total',
  help: 'Ticks whose ids were all used, by format and by the policy that applied (throw: refused ids)',
  labelNames: ['format', 'policy'] as const,
});

/** For the options of every format: `uuidV7({ ...observeGenerator })`. */
export const observeGenerator: Required<Pick<GeneratorOptions, 'onRollback' | 'onOverflow'>> = {
  onRollback: ({ format, policy }) => rollbacks.inc({ format, policy }),
  onOverflow: ({ format, policy }) => overflows.inc({ format, policy }),
};
