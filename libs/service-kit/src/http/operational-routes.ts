/** What watches the service, rather than using it: never limited, measured or logged. */
const OPERATIONAL = new Set(['/health/live', '/health/ready', '/metrics']);

export function isOperational(route: string | undefined): boolean {
  return route !== undefined && OPERATIONAL.has(route);
}
