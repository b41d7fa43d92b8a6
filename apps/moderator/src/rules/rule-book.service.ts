import { endProcess } from '@madang/event-bus';
import { ConflictProblem } from '@madang/service-kit';
import { isDeepStrictEqual } from 'node:util';
import type { DataSource, EntityManager } from 'typeorm';
import { ruleSetVersion } from '../judging/judging.metrics';
import type { RuleDefinition, RuleHistory, RuleSetChange, RuleSetView, VersionedRule } from './rule.contract';
import { RuleSet } from './rule-set';

type Queries = Pick<EntityManager, 'query'>;

const LATEST = 'SELECT version, changed_by AS "changedBy", changed_at AS "changedAt" FROM rule_set ORDER BY version DESC LIMIT 1';

// As of a set's version, so that set and rules fit together whatever is written meanwhile.
const RULES = `
  SELECT definition || jsonb_build_object('version', version) AS rule FROM (
    SELECT DISTINCT ON (rule_id) rule_id, version, definition FROM rule_version WHERE set_version <= $1 ORDER BY rule_id, version DESC) AS latest
  WHERE definition IS NOT NULL ORDER BY rule_id`;

const INSERT_RULES = `
  INSERT INTO rule_version (rule_id, version, set_version, definition)
  SELECT changed.id, 1 + COALESCE((SELECT max(version) FROM rule_version WHERE rule_id = changed.id), 0), $1, changed.definition
  FROM jsonb_to_recordset($2::jsonb) AS changed(id text, definition jsonb)`;

const HISTORY = `
  SELECT rule.version, rule.set_version AS "setVersion", changed_by AS "changedBy", changed_at AS "changedAt", definition AS rule
  FROM rule_version AS rule JOIN rule_set ON rule_set.version = set_version WHERE rule_id = $1 ORDER BY rule.version DESC LIMIT 100`;

interface SetRow {
  readonly version: number;
  readonly changedBy: string;
  readonly changedAt: Date;
}

interface HistoryRow extends SetRow {
  readonly setVersion: number;
  readonly rule: RuleDefinition | null;
}

/** The rules as PostgreSQL has them, every version of each, and the latest set in memory, compiled. */
export class RuleBook {
  private latest: RuleSet | undefined;

  constructor(private readonly dataSource: DataSource) {}

  /** Makes the first set where there has never been one, and compiles the latest. */
  async open(seeds: readonly RuleDefinition[]): Promise<void> {
    if (!(await latestSet(this.dataSource))) {
      // Two instances may be here at once: the second finds the first one's set, and leaves it.
      await this.dataSource.transaction((manager) => write(manager, { changedBy: 'madang', rules: [...seeds] }, true));
    }
    await this.current();
  }

  /**
   * The set to judge by. PostgreSQL is asked each time, by one look at the end of an index: what was changed before the call
   * counts in every instance, without a message that could be missed or a poll that could be late.
   */
  async current(): Promise<RuleSet> {
    const row = await latestSet(this.dataSource);
    if (!row) throw new Error('There is no rule set: RuleBook.open() makes the first');
    if (this.latest?.version === row.version) return this.latest;
    const set = compiled(await view(this.dataSource, row));
    if (set.version > (this.latest?.version ?? 0)) {
      this.latest = set;
      ruleSetVersion.set(set.version);
    }
    return set;
  }

  /**
   * Writes a change of the set, which must have been compiled before: rules that are the same keep their versions, and a set that is the same
   * is no change.
   *
   * @throws ConflictProblem if the set is not the one that was changed
   */
  async change(change: RuleSetChange): Promise<RuleSetView> {
    return this.dataSource.transaction((manager) => write(manager, change));
  }

  /** The latest hundred versions of a rule, the newest first; none if there never was one. */
  async history(ruleId: string): Promise<RuleHistory['items']> {
    const rows: HistoryRow[] = await this.dataSource.query(HISTORY, [ruleId]);
    return rows.map(({ version, setVersion, changedBy, changedAt, rule }) => ({ version, setVersion, changedBy, changedAt: changedAt.toISOString(), rule }));
  }
}

/** What is stored was compiled before, by another release perhaps. To judge without it would be to skip messages, and in silence. */
function compiled(stored: RuleSetView): RuleSet {
  try {
    return new RuleSet(stored);
  } catch (cause) {
    const error = new Error(`Rule set ${stored.version} cannot be compiled: run the release that wrote it`, { cause });
    endProcess(error);
    throw error;
  }
}

async function write(manager: EntityManager, { version: expected, changedBy, rules }: RuleSetChange, onlyFirst = false): Promise<RuleSetView> {
  await manager.query('LOCK TABLE rule_set IN SHARE ROW EXCLUSIVE MODE'); // writers take turns, readers go on
  const row = await latestSet(manager);
  if (expected !== undefined && expected !== (row?.version ?? 0)) {
    throw new ConflictProblem('rules-changed', { detail: `The set is at version ${row?.version ?? 0} by now: read it again, and change that.` });
  }
  const before = row && (await view(manager, row));
  if (before && onlyFirst) return before;
  const changed = differences(before?.rules ?? [], rules.map(definitionOf));
  if (before && changed.length === 0) return before;
  const version = (row?.version ?? 0) + 1;
  await manager.query('INSERT INTO rule_set (version, changed_by) VALUES ($1, $2)', [version, changedBy]);
  await manager.query(INSERT_RULES, [version, JSON.stringify(changed)]);
  const written = await latestSet(manager);
  if (!written) throw new Error('The set that was written is not there');
  return view(manager, written);
}

function differences(before: readonly VersionedRule[], after: readonly RuleDefinition[]): { id: string; definition: RuleDefinition | null }[] {
  const known = new Map(before.map((rule) => [rule.id, definitionOf(rule)]));
  const changed = after.filter((rule) => !isDeepStrictEqual(known.get(rule.id), rule)).map((rule) => ({ id: rule.id, definition: rule }));
  const kept = new Set(after.map(({ id }) => id));
  return [...changed, ...[...known.keys()].filter((id) => !kept.has(id)).map((id) => ({ id, definition: null }))];
}

/** Without its version, and as JSON has it. */
function definitionOf({ version: _version, ...rule }: RuleDefinition & { version?: number | undefined }): RuleDefinition {
  return JSON.parse(JSON.stringify(rule)) as RuleDefinition;
}

async function latestSet(queries: Queries): Promise<SetRow | undefined> {
  const [row]: SetRow[] = await queries.query(LATEST);
  return row;
}

async function view(queries: Queries, { version, changedBy, changedAt }: SetRow): Promise<RuleSetView> {
  const rows: { rule: VersionedRule }[] = await queries.query(RULES, [version]);
  const rules = rows.map(({ rule }) => rule);
  return { version, changedBy, changedAt: changedAt.toISOString(), rules };
}
