import { compiledLibrary } from './compiled-library.ts';

export type Ids = typeof import('@madang/ids');

export function compiledIds(): Promise<Ids> {
  return compiledLibrary<Ids>('ids');
}
