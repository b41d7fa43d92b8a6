import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pageBuild, pageFile, pagePolicy } from './page';

const root = mkdtempSync(join(tmpdir(), 'madang-page-'));
const directory = join(root, 'web');
mkdirSync(join(directory, 'assets'), { recursive: true });
writeFileSync(join(directory, 'index.html'), '<p>');
writeFileSync(join(directory, 'assets', 'index-AbCd1234.js'), '1');
writeFileSync(join(root, 'secrets.json'), '{}');
afterAll(() => rmSync(root, { recursive: true }));

test('files of the page are served by their type; what has a hash in its name stays', async () => {
  expect(await pageFile(directory, 'index.html')).toMatchObject({ type: 'text/html; charset=utf-8', isForever: false });
  expect(await pageFile(directory, 'assets/index-AbCd1234.js')).toMatchObject({ type: 'text/javascript; charset=utf-8', isForever: true });
});

test.each([['../secrets.json'], ['assets/../../secrets.json'], ['/../secrets.json'], ['assets/..%2f..%2fsecrets.json'], ['assets'], ['nothing.js'], ['index.html\0.js'], ['..\\secrets.json']])('%p is no file of the page', async (path) => {
  expect(await pageFile(directory, path)).toBeUndefined();
});

test('another build has another name, the same one the same', async () => {
  const first = await pageBuild(directory);
  expect(await pageBuild(directory)).toBe(first);
  writeFileSync(join(directory, 'index.html'), '<p><p>');
  expect(await pageBuild(directory)).not.toBe(first);
  expect(await pageBuild(join(root, 'nowhere'))).toBeUndefined();
});

test('no inline script, and nothing from elsewhere but the sockets of the chat', () => {
  const policy = pagePolicy(['http://127.0.0.1:8104']);
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("connect-src 'self' http://127.0.0.1:8104 ws://127.0.0.1:8104;");
});
