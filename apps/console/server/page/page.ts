import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
  '.json': 'application/json',
};

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  /** Its name has a hash of what it holds. */
  readonly isForever: boolean;
}

/** A file of the built page; undefined if there is none, or it lies outside. */
export async function pageFile(directory: string, path: string): Promise<PageFile | undefined> {
  const relative = normalize(path).replace(/^[/\\]+/, '') || 'index.html';
  const type = TYPES[extname(relative)];
  if (type === undefined || relative.split(sep).includes('..') || relative.includes('\0')) return undefined;
  const body = await readFile(join(directory, relative)).catch(() => undefined);
  return body && { type, body, isForever: /-[\w-]{8,}\.\w+$/.test(relative) };
}

/** Names the page that is served: a tab that was loaded before learns by it that it is another one now. Undefined: none is built. */
export async function pageBuild(directory: string): Promise<string | undefined> {
  const index = await pageFile(directory, 'index.html'); // it names the scripts, and they have hashes of what they hold
  return index && createHash('sha256').update(index.body).digest('hex').slice(0, 16);
}

export const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Madang console</title></head>
<body><h1>The page is not built</h1>
<p>The console's server runs, and its feed is at <code>/api/feed</code>. <code>npm run build</code> makes the page.</p></body></html>
`;

/**
 * Scripts and styles of the page's own files only. It speaks to this server, and to the sockets of the chat.
 *
 * @param chat origins of the chat's nodes
 */
export function pagePolicy(chat: readonly string[]): string {
  const sockets = chat.flatMap((origin) => [origin, origin.replace(/^http/, 'ws')]);
  return (
    `default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src ${["'self'", ...sockets].join(' ')}; ` +
    `base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
  );
}
