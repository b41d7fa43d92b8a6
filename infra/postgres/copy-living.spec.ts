import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyLiving } from './copy-living.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'madang-copy-'));
  mkdirSync(join(directory, 'from', 'base'), { recursive: true });
  mkdirSync(join(directory, 'to'));
  writeFileSync(join(directory, 'from', 'base', 'row'), 'kept');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const inIt = (path: string): string => join(directory, path);
const copy = (paths: readonly string[], to: string) =>
  spawnSync('/bin/sh', copyLiving(paths, inIt(to)), { env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' }, encoding: 'utf8' });

it('copies what is there, and leaves out what has vanished meanwhile', () => {
  expect(copy([inIt('from/vanished'), inIt('from/base')], 'to')).toMatchObject({ status: 0, stdout: '' });
  expect(readFileSync(inIt('to/base/row'), 'utf8')).toBe('kept');
});

it('fails at anything else, and says at what', () => {
  writeFileSync(inIt('to/base'), 'a file where a directory is to be');
  const { status, stdout } = copy([inIt('from/vanished'), inIt('from/base')], 'to');
  expect(status).toBe(1);
  expect(stdout).toContain('to/base');
  expect(stdout).not.toContain('vanished');
});

it('fails where the copy is to be is not there', () => {
  const { status, stdout } = copy([inIt('from/vanished'), inIt('from/base')], 'nowhere');
  expect(status).toBe(1);
  expect(stdout).toContain('nowhere');
});
