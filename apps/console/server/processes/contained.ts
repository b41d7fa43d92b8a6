import { z } from 'zod';

const Contained = z.object({
  name: z.string(),
  kind: z.enum(['service', 'job', 'part']),
  dependsOn: z.array(z.string()),
  page: z.string().nullable(),
  /** Host and port in the network of containers; null where nothing listens. */
  at: z.string().nullable(),
});

/** What runs, told from outside as JSON. */
export const containedProcesses = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('expected JSON');
      return z.NEVER;
    }
  })
  .pipe(z.array(Contained));

export type Contained = z.output<typeof Contained>;
