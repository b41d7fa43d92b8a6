import type { Lab } from '../../../../feed/api';

type Scenario = Lab['scenarios'][number];

/** Those that turn this switch come first, where the runner tells; the others may still be of interest. */
export function scenariosOf(name: string, scenarios: readonly Scenario[]): readonly Scenario[] {
  const turns = ({ naive }: Scenario): boolean => naive !== undefined && Object.hasOwn(naive, name);
  return [...scenarios.filter(turns), ...scenarios.filter((scenario) => !turns(scenario))];
}
