import type { ProcessIdentity } from './process-identity.mjs';

export type LockAttempt = { readonly taken: true; release(): void } | { readonly taken: false; readonly holder: ProcessIdentity };
export function takeLock(path: string): LockAttempt;
export function lockHolder(path: string): ProcessIdentity | undefined;
