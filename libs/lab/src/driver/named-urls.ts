import { LabError } from '../lab.error';

/** `name=url`, several separated by commas. @throws LabError naming the variable */
export function namedUrls(variable: string, value: string): ReadonlyMap<string, string> {
  const entries = value.split(',').map((entry): [string, string] => {
    const at = entry.indexOf('=');
    const [name, url] = [entry.slice(0, Math.max(0, at)).trim(), entry.slice(at + 1).trim()];
    if (name === '' || !URL.canParse(url)) throw new LabError('misconfigured', `${variable}: expected name=url, several separated by commas`);
    return [name, url];
  });
  return new Map(entries);
}
