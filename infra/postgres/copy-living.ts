/** Whatever cp complains of, it goes on with the rest and ends with 1; anything else means that it did not get to the end. */
const SCRIPT = `
to=$1; shift
said=$(/bin/cp -R "$@" "$to" 2>&1); code=$?
[ $code -le 1 ] || exit $code
said=$(printf '%s\\n' "$said" | awk -v to="$to" 'index($0, to) || $0 !~ /: No such file or directory$/') || exit 1
[ -z "$said" ] || { printf '%s\\n' "$said"; exit 1; }`;

/**
 * Arguments for `sh` (with LC_ALL=C) to copy what somebody else is writing to: what vanishes between cp's look and its grasp is not in the copy. PostgreSQL
 * asks for no less ("Making a Base Backup Using the Low Level API"): the log makes up for it.
 */
export function copyLiving(paths: readonly string[], to: string): string[] {
  return ['-c', SCRIPT, 'sh', to, ...paths];
}
