/** Of infra's `ProcessState`: what serves, and what is stopped in its tracks. */
export function isUp(state: string): boolean {
  return state === 'healthy' || state === 'done' || state === 'running';
}

export function isFrozen(state: string): boolean {
  return state === 'frozen';
}
