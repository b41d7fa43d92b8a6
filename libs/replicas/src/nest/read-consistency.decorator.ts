import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { ReadConsistencyOptions, ReadLevel } from '../levels';

export type ReadConsistencyDeclaration = Partial<ReadConsistencyOptions>;

export const READ_CONSISTENCY = Symbol('read-consistency');

/** What the reads of a handler, or of all handlers of a class, may show; the handler's goes before the class's. */
export function ReadConsistency(declared: ReadLevel | ReadConsistencyDeclaration): CustomDecorator<symbol> {
  const isLevel = typeof declared === 'string' || 'maxStalenessMs' in declared;
  const declaration: ReadConsistencyDeclaration = isLevel ? { level: declared } : declared;
  return SetMetadata(READ_CONSISTENCY, declaration);
}
