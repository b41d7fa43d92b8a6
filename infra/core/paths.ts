import { join } from 'node:path';

/** The checkout: every other path is derived from here, so a clone may lie anywhere. */
export const repositoryRoot: string = join(import.meta.dirname, '..', '..');

/** Downloads (Kafka's jars, Valkey's binary). Kept by `npm run reset`, shared by every sandbox and test of this checkout. */
export const cacheDirectory: string = join(repositoryRoot, '.sandbox', 'cache');

/** Directory of settings and scripts that Docker reads too. */
export const infraDirectory: string = join(repositoryRoot, 'infra');
