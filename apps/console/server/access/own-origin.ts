import { ForbiddenProblem, type ProblemError } from '@madang/service-kit';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Whether a request was meant for this server by a page of this server, or by no page. A browser that was led here by somebody else's name (DNS rebinding) says so in `Host`, and a
 * foreign page in `Origin` or `Sec-Fetch-Site`.
 *
 * @param byName another `Host` than the loopback's by which it may be asked
 * @returns the problem, or undefined
 */
export function refuseForeign(headers: { readonly host?: string | undefined; readonly origin?: string | undefined; readonly 'sec-fetch-site'?: string | string[] | undefined; readonly 'sec-fetch-mode'?: string | string[] | undefined }, port: number, byName?: string): ProblemError | undefined {
  const { host, origin } = headers;
  const at = /^(.+?)(?::(\d+))?$/.exec(host ?? '');
  const isNamed = byName !== undefined && host === byName;
  if (!isNamed && (!at || !LOOPBACK.has(at[1]?.toLowerCase() ?? '') || Number(at[2] ?? 80) !== port)) {
    return new ForbiddenProblem('foreign-host', { detail: `The console answers to http://127.0.0.1:${port} only.` });
  }
  if (origin !== undefined && !isOwn(origin, port)) return foreignOrigin();
  const [site, mode] = [headers['sec-fetch-site'], headers['sec-fetch-mode']];
  // A link that is followed is no call: it carries no token.
  if ((site === 'cross-site' || site === 'same-site') && mode !== 'navigate') return foreignOrigin();
  return undefined;
}

function isOwn(origin: string, port: number): boolean {
  const url = URL.parse(origin);
  return url !== null && url.protocol === 'http:' && LOOPBACK.has(url.hostname) && Number(url.port || 80) === port;
}

function foreignOrigin(): ProblemError {
  return new ForbiddenProblem('foreign-origin', { detail: 'The console takes calls of its own page only.' });
}
