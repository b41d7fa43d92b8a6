import { aligned } from '../core/aligned.ts';
import type { AuditEntry, Letter, LetterDetail, Page, ReplayReport } from './desk-client.ts';

const MAX_CAUSE = 60;

export function renderLetters({ items, nextCursor, unindexed = 0 }: Page<Letter>): string {
  if (items.length === 0) return 'No dead letters.';
  const rows = items.map((letter) => [
    letter.id,
    letter.state === 'open' && letter.replayRequestedAt !== null ? 'open (replay unconfirmed)' : letter.state,
    printable(letter.key ?? '-'),
    letter.code,
    String(letter.attempt),
    letter.deadAt,
    shortened(printable(letter.cause)),
  ]);
  const more = nextCursor === null ? [] : ['', `There are more: --limit ${items.length * 2}`];
  const rest = unindexed > 0 ? [`${unindexed} more records wait until older letters are settled.`] : [];
  return [aligned([['id', 'state', 'key', 'code', 'delivery', 'since', 'cause'], ...rows]), ...more, ...rest].join('\n');
}

export function renderAudit({ items }: Pick<Page<AuditEntry>, 'items'>): string {
  if (items.length === 0) return 'Nothing was replayed or discarded yet.';
  const rows = items.map(({ at, by, action, letter, reason }) => [at, printable(by), action, letter, printable(reason ?? '')]);
  return aligned([['when', 'who', 'what', 'letter', 'why'], ...rows]);
}

export function renderDetail(letter: LetterDetail): string {
  const { value, headers, earlier, audit } = letter;
  const lines = [
    ['state', letter.state],
    ['code', letter.code],
    ['cause', printable(letter.cause)],
    ['key', printable(letter.key ?? '-')],
    ['delivery', `${letter.attempt}. (each is tried several times)`],
    ['earlier', earlier.length > 0 ? earlier.join(', ') : '-'],
    ['since', letter.deadAt],
    ...Object.entries(headers).map(([name, content]) => [`header ${printable(name)}`, printable(content)]),
    ['value', value === null ? 'none (a tombstone)' : `${value.bytes} bytes, ${value.encoding}${value.truncated ? ', its beginning' : ''}`],
  ];
  const content = value === null ? [] : [printable(value.content)];
  return [letter.id, aligned(lines), ...content, ...(audit.length > 0 ? ['', renderAudit({ items: audit })] : [])].join('\n');
}

export function renderReports({ replayed, heldBack, failed, remaining }: ReplayReport): string {
  const lines = [`Replayed ${replayed}${replayed > 0 ? ': published again. What fails again comes back as a new letter within seconds' : ''}.`];
  if (heldBack > 0) lines.push(`${heldBack} wait behind an earlier open letter of their key.`);
  if (remaining > 0) lines.push(`${remaining} were not reached: ask again.`);
  return [...lines, ...failed.map(({ id, detail }) => `${id}: ${detail}`)].join('\n');
}

function shortened(cause: string): string {
  return cause.length > MAX_CAUSE ? `${cause.slice(0, MAX_CAUSE - 1)}…` : cause;
}

/** What somebody has sent must not steer the terminal: control characters are shown, not sent. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
