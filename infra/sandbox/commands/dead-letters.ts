import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf, UserFacingError } from '../../core/user-facing-error.ts';
import { type AuditEntry, DeskClient, type Letter, type LetterDetail, type Page, type ReplayReport } from '../desk-client.ts';
import { renderAudit, renderDetail, renderLetters, renderReports } from '../desk-tables.ts';
import { stateDirectoryFrom, type Environment } from '../settings.ts';

const USAGE =
  'npm run dead-letters -- list | show ID | replay ID | replay --key KEY | replay --all | discard ID --reason "..." | audit\n' +
  'replay takes --even-if-old: also what died so long ago that its effect may be there and forgotten. Look first.';
const DEFAULT_LIMIT = 50;
const MAX_PAGE = 100;

const OPTIONS = {
  state: { type: 'string' },
  topic: { type: 'string' },
  group: { type: 'string' },
  code: { type: 'string' },
  key: { type: 'string' },
  limit: { type: 'string' },
  reason: { type: 'string' },
  all: { type: 'boolean' },
  'even-if-old': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

type Options = { readonly [Name in keyof typeof OPTIONS]?: string | boolean };

/** What each verb takes; a flag that it would ignore is refused. */
const VERBS: Readonly<Record<string, { readonly needsId: boolean; readonly takes: readonly string[] }>> = {
  list: { needsId: false, takes: ['state', 'topic', 'group', 'code', 'key', 'limit'] },
  show: { needsId: true, takes: [] },
  replay: { needsId: false, takes: ['topic', 'group', 'code', 'key', 'all', 'even-if-old'] },
  discard: { needsId: true, takes: ['reason'] },
  audit: { needsId: false, takes: ['limit'] },
};

/** Shows and settles the dead letters of the running sandbox, through the relay's API. @returns 1 if a letter could not be replayed */
export async function deadLetters(args: readonly string[], environment: Environment): Promise<number> {
  const { verb, id, options } = understood(args);
  const count = countOf(options.limit);
  const desk = await DeskClient.of(stateDirectoryFrom(environment));
  const { json, all, limit: _count, reason, 'even-if-old': evenIfOld = false, ...filter } = options;
  const print = <Answer>(answer: Answer, render: (value: Answer) => string): void =>
    console.log(json ? JSON.stringify(answer, null, 2) : render(answer));
  const narrowed = filter as Readonly<Record<string, string | undefined>>;
  const operator = userInfo().username.slice(0, 64);
  const path = id === undefined ? '' : `/${encodeURIComponent(id)}`;
  switch (verb) {
    case 'list':
      print(await upTo<Letter>(desk, '', count, narrowed), renderLetters);
      return 0;
    case 'audit':
      print(await upTo<AuditEntry>(desk, '/audit', count), renderAudit);
      return 0;
    case 'show':
      print(await desk.get<LetterDetail>(path), renderDetail);
      return 0;
    case 'discard':
      print(await desk.post<Letter>(`${path}/discard`, { reason, operator }), ({ id: settled }) => `Discarded ${settled}.`);
      return 0;
    case 'replay': {
      if (id !== undefined) {
        print(await desk.post<Letter>(`${path}/replay`, { operator, evenIfOld }), ({ id: settled }) => `Replayed ${settled}. If it fails again, it comes back as a new letter.`);
        return 0;
      }
      const report = await replayAll(desk, { ...narrowed, ...(all ? { all } : {}), operator, evenIfOld });
      print(report, renderReports);
      return report.failed.length + report.heldBack + report.remaining === 0 ? 0 : 1;
    }
    default:
      throw new UserFacingError(USAGE);
  }
}

/** @throws UserFacingError saying what is missing or too much */
function understood(args: readonly string[]): { verb: string; id: string | undefined; options: Options } {
  const { values, positionals } = parsed(args);
  const [verb = '', id] = positionals;
  const accepted = VERBS[verb];
  if (!accepted) throw new UserFacingError(`${verb ? `There is no "${verb}" for dead letters.` : 'What about the dead letters?'} ${USAGE}`);
  const unknown = Object.keys(values).find((name) => name !== 'json' && !accepted.takes.includes(name));
  if (unknown !== undefined) throw new UserFacingError(`--${unknown} means nothing to "${verb}". ${USAGE}`);
  if (accepted.needsId && id === undefined) throw new UserFacingError(`Which letter? npm run dead-letters -- ${verb} ID; "list" shows the ids.`);
  if (!accepted.needsId && id !== undefined && verb !== 'replay') throw new UserFacingError(`"${verb}" takes no id: ${id}`);
  const { json: _json, 'even-if-old': _evenIfOld, ...narrowing } = values;
  if (verb === 'replay' && (id === undefined) === (Object.keys(narrowing).length === 0)) {
    throw new UserFacingError('Which letters? An id, or one of --key, --topic, --group, --code, --all.');
  }
  if (verb === 'discard' && !values.reason) throw new UserFacingError('Why? --reason "..." is kept in the audit trail.');
  return { verb, id, options: values };
}

function parsed(args: readonly string[]): { values: Options & { reason?: string }; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UserFacingError(`${messageOf(error)}\n${USAGE}`, { cause: error });
  }
}

function countOf(limit: string | boolean | undefined): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  if (typeof limit !== 'string' || !/^[1-9]\d{0,5}$/.test(limit)) throw new UserFacingError('--limit takes a whole number from 1.');
  return Number(limit);
}

/** Follows the pages until `count` items are there. */
async function upTo<Item>(desk: DeskClient, path: string, count: number, query: Readonly<Record<string, string | undefined>> = {}): Promise<Page<Item>> {
  const items: Item[] = [];
  for (let cursor: string | undefined; ; ) {
    const limit = String(Math.min(count - items.length, MAX_PAGE));
    const page: Page<Item> = await desk.get(path, { ...query, limit, cursor });
    items.push(...page.items);
    if (page.nextCursor === null || items.length >= count) return { ...page, items };
    cursor = page.nextCursor;
  }
}

/** One request is bounded; this goes on while each gets further. */
async function replayAll(desk: DeskClient, body: object): Promise<ReplayReport> {
  let [replayed, report] = [0, await desk.post<ReplayReport>('/replay', body)];
  for (replayed = report.replayed; report.remaining > 0 && report.replayed > 0; replayed += report.replayed) {
    report = await desk.post<ReplayReport>('/replay', body);
  }
  return { ...report, replayed };
}
