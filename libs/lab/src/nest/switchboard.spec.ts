import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLab } from './lab.config';
import { Switchboard } from './switchboard';

let stateDirectory: string;
beforeEach(() => {
  stateDirectory = mkdtempSync(join(tmpdir(), 'madang-switchboard-'));
});
afterEach(() => rmSync(stateDirectory, { recursive: true }));

const opened = (): Switchboard => new Switchboard({ service: 'board', faults: ['clock-back'], stateDirectory: join(stateDirectory, 'lab') });

it('begins with the patterns of its service, and knows no others', () => {
  expect(opened().state).toEqual({ switches: { reads: 'routed', inbox: 'inbox', ids: 'uuidv7' }, faults: { 'clock-back': 0 } });
  expect(opened().modesOf('withdrawal')).toBeUndefined();
  expect(() => opened().mode('withdrawal')).toThrow(RangeError);
  expect(opened().tell('die-after-commit', 1)).toBe(false);
});

it('a mode outlives the process; what it was told to do to itself does not', () => {
  const first = opened();
  first.turn('inbox', 'no-inbox');
  first.tell('clock-back', 60_000);
  expect(first.state.faults).toEqual({ 'clock-back': 60_000 });
  expect(opened().state).toEqual({ switches: { reads: 'routed', inbox: 'no-inbox', ids: 'uuidv7' }, faults: { 'clock-back': 0 } });
});

it('a mode does not outlive the runner, and what was kept of an unknown mode is passed over', () => {
  opened().turn('inbox', 'no-inbox');
  const file = join(stateDirectory, 'lab', 'board.json');
  const kept = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...kept, runner: process.ppid + 1 }));
  expect(opened().mode('inbox')).toBe('inbox');
  writeFileSync(file, JSON.stringify({ ...kept, modes: { inbox: 'a mode of old', ids: 'uuidv4' } }));
  expect(opened().state.switches).toEqual({ reads: 'routed', inbox: 'inbox', ids: 'uuidv4' });
});

it('there is a lab where somebody wants it, and no production is', () => {
  const holds = (MADANG_LAB: '0' | '1', NODE_ENV: string | undefined): boolean => isLab({ MADANG_LAB, NODE_ENV, LAB_STATE_DIRECTORY: undefined });
  expect([holds('1', 'development'), holds('0', 'development'), holds('1', 'production'), holds('1', 'test'), holds('1', undefined)]).toEqual([true, false, false, false, false]);
});
