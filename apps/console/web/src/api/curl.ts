interface CurlCall {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly admin?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The same call, straight to the service. The admin token is not the page's to give away: `$ADMIN_TOKEN` is what `npm start` prints.
 * @param url where the service is; null: not told, as when it was not reached
 */
export function curlOf({ method, path, body, token, admin, headers = {} }: CurlCall, url: string | null): string {
  const parts = [
    'curl -i',
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    quoted(url ?? path),
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(token === undefined ? [] : [`-H ${quoted(`authorization: Bearer ${token}`)}`]),
    ...(admin ? ['-H "authorization: Bearer $ADMIN_TOKEN"'] : []),
    ...(body === undefined ? [] : [`-H 'content-type: application/json'`, `-d ${quoted(JSON.stringify(body))}`]),
  ];
  return parts.join(' ');
}

/** A call of the console's own, as the lab takes it. */
export interface LabCall {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

export function labCurl(call: LabCall): string {
  return curlOf({ ...call, admin: true }, new URL(call.path, location.href).href);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
