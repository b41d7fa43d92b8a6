import { z } from 'zod';

/** To be spread into the configuration of a service that has naive counterparts. */
export const labFields = {
  /** 1: the lab's end points exist. The sandbox sets it; never set it where others can come. */
  MADANG_LAB: z.enum(['0', '1']).default('0'),
  NODE_ENV: z.string().optional(),
  /** Where modes outlive a process; without it they do not. */
  LAB_STATE_DIRECTORY: z.string().optional(),
};

export type LabConfig = z.output<z.ZodObject<typeof labFields>>;

/** Two have to agree: that somebody wants it, and that this is no production. */
export function isLab({ MADANG_LAB, NODE_ENV }: LabConfig): boolean {
  return MADANG_LAB === '1' && NODE_ENV === 'development';
}
