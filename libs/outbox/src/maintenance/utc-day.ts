export const DAY_MS = 86_400_000;

/** The beginning of the UTC day, whatever time zone the process is in. */
export function startOfDay(time: Date): Date {
  return new Date(Math.floor(time.getTime() / DAY_MS) * DAY_MS);
}

export function addDays(time: Date, days: number): Date {
  return new Date(time.getTime() + days * DAY_MS);
}

/** Name of the partition of a day: `outbox_20261124`. */
export function partitionName(day: Date): string {
  return `outbox_${day.toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/** A literal with its offset, so that a session's time zone does not matter. */
export function timestampLiteral(time: Date): string {
  return `'${time.toISOString().replace('T', ' ').replace('Z', '+00')}'`;
}
