import { execFileSync } from 'node:child_process';
import { curlOf } from './curl';

/** What a shell makes of it, a word a line. */
function words(command: string): string[] {
  return execFileSync('/bin/sh', ['-c', `ADMIN_TOKEN=secret; printf '%s\\n' ${command}`], { encoding: 'utf8' }).trimEnd().split('\n');
}

it('is the call, word for word, also with quotes and what a shell would expand', () => {
  const body = { title: `it's $HOME \`id\` "so"` };
  const command = curlOf({ method: 'POST', path: '/posts', body, token: 'abc', headers: { 'x-consistency-id': 'me' } }, 'http://127.0.0.1:8102/posts');
  expect(words(command)).toEqual(['curl', '-i', '-X', 'POST', 'http://127.0.0.1:8102/posts', '-H', 'x-consistency-id: me', '-H', 'authorization: Bearer abc', '-H', 'content-type: application/json', '-d', JSON.stringify(body)]);
});

it('names the admin token, and does not hold it', () => {
  const command = curlOf({ method: 'GET', path: '/hits', admin: true }, null);
  expect(command).not.toContain('secret');
  expect(words(command)).toEqual(['curl', '-i', '/hits', '-H', 'authorization: Bearer secret']);
});
