import type { CampaignReport } from './campaign.ts';
import type { Violation } from './invariants/violation.ts';

/** Of each invariant. Enough to see what is wrong; a lost batch breaks a promise for each of its rows. */
const MAX_SHOWN = 8;

/** One seed's result, as a person reads it. */
export function describeReport(report: CampaignReport): string {
  const { seed, recovery, violations } = report;
  const drained = recovery.drainMs === null ? 'not within the bound' : `after ${(recovery.drainMs / 1_000).toFixed(1)} s`;
  const byInvariant = [...Map.groupBy(violations, ({ invariant }) => invariant)];
  const counts = byInvariant.map(([name, broken]) => `${name} ${broken.length}`);
  return [
    `seed ${seed}`,
    `  operations   ${report.acknowledged} acknowledged, ${report.unknown} unknown, ${report.refused} refused; ${report.events} events, up to ${report.versions} versions of an aggregate`,
    `  rolled back  ${report.rolledBack} transactions`,
    `  faults       ${[...report.hits].map(([name, { kills, freezes }]) => `${name} ${kills}k ${freezes}f`).join(', ') || 'none'}`,
    `  restarts     ${[...report.restarts].flatMap(([name, restarts]) => (restarts > 0 ? [`${name} ${restarts}`] : [])).join(', ') || 'none'}`,
    `  lag 0        ${drained}`,
    `  violations   ${violations.length}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`,
    ...byInvariant.map(([name, broken]) => examples(name, broken)),
    `  verdict      ${verdictOn(report)}`,
  ].join('\n');
}

function examples(name: string, broken: readonly Violation[]): string {
  const shown = broken.slice(0, MAX_SHOWN).map(({ what }) => what);
  if (broken.length > MAX_SHOWN) shown.push(`… and ${broken.length - MAX_SHOWN} more`);
  return shown.map((what) => `    ${name}: ${what}`).join('\n');
}

function verdictOn({ complaints, mutant }: CampaignReport): string {
  if (mutant === undefined) return complaints.length === 0 ? 'every promise was kept' : 'promises were broken';
  if (complaints.length === 0) return `${mutant} was found, and nothing that does not follow from it`;
  return [`${mutant} is not convicted`, ...complaints.slice(0, MAX_SHOWN)].join('\n    ');
}
