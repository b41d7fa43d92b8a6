import { Counter } from 'prom-client';

export const generatedTotal = new Counter({
  name: 'ids_generated_total',
  help: 'Ids made, by format',
  labelNames: ['format'] as const,
});
