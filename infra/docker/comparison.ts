import { isDeepStrictEqual } from 'node:util';

/** Notes a finding unless both are the same. @param what begins with the name of the service, or names it */
export type Same = (what: string, found: unknown, wanted: unknown) => void;

export function comparison(): { readonly same: Same; readonly findings: readonly string[] } {
  const findings: string[] = [];
  const same: Same = (what, found, wanted) => {
    if (!isDeepStrictEqual(found, wanted)) findings.push(`${what}: ${JSON.stringify(found)} in containers, and ${JSON.stringify(wanted)} is wanted`);
  };
  return { same, findings };
}
