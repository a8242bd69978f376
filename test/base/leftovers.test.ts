import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  isLeftBehind,
  LEFTOVER_DAYS,
  type Place,
  processMark,
  removeTemporariesOf,
  temporaryBeside,
} from '../../src/base/index.ts';

const self: Place = { host: 'linux:box', boot_id: 'boot 1', pid_space: 'pid:[1]' };
const NOW = '2026-03-01T00:00:00.000Z';
const DAY = 86_400_000;
const alive = () => true;
const dead = () => false;
const unasked = () => {
  throw new Error('nobody may ask for a pid of another space');
};

describe('what a process had under way is left behind', () => {
  test.each<[string, string, (pid: number) => boolean, number, boolean]>([
    ['at once when it has ended', processMark(7, self), dead, 0, true],
    ['never while it lives, however old', processMark(7, self), alive, 400, false],
    ['after a restart of the machine', processMark(7, { ...self, boot_id: 'boot 0' }), unasked, 0, true],
    [
      'not before a week in another container',
      processMark(7, { ...self, pid_space: 'pid:[2]' }),
      unasked,
      6.9,
      false,
    ],
    [
      'after a week in another container',
      processMark(7, { ...self, pid_space: 'pid:[2]' }),
      unasked,
      7.1,
      true,
    ],
    [
      'not before a week on another machine',
      processMark(7, { ...self, host: 'win32:box', boot_id: 'b' }),
      unasked,
      6.9,
      false,
    ],
    [
      'after a week on another machine',
      processMark(7, { ...self, host: 'win32:box', boot_id: 'b' }),
      unasked,
      7.1,
      true,
    ],
    ['not before a week where an older engine wrote only its pid', '7', unasked, 6.9, false],
    ['after a week where an older engine wrote only its pid', '7', unasked, 7.1, true],
  ])('%s', (_when, mark, isAlive, days, expected) => {
    const times = { written: Date.parse(NOW) - days * DAY, now: NOW };
    expect(isLeftBehind(mark, times, { place: self, isAlive })).toBe(expected);
  });

  test('where the boot is not known, by its process', () => {
    const place = { ...self, boot_id: 'unknown' };
    const times = { written: Date.parse(NOW), now: NOW };
    for (const mark of [processMark(7, place), processMark(7, self)]) {
      expect(isLeftBehind(mark, times, { place, isAlive: dead })).toBe(true);
      expect(isLeftBehind(mark, times, { place, isAlive: alive })).toBe(false);
    }
  });
});

test('beside a file goes what a dead process was writing there, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leftovers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'report.json');
  const own = basename(temporaryBeside(path));
  const old = new Date(Date.now() - (LEFTOVER_DAYS + 1) * DAY);
  const stay = [
    own,
    'report.json',
    'report.json.tmp',
    'report.json.bak',
    `report.json.${'a'.repeat(12)}.tmp`,
  ];
  const go = [
    own.replace(processMark(), processMark(2 ** 22 + 1)),
    own.replace(processMark(), processMark(process.pid, { ...self, host: 'another' })),
    `report.json.${'b'.repeat(12)}.tmp`,
  ];
  for (const name of [...stay, ...go]) writeFileSync(join(folder, name), '');
  for (const name of go.slice(1)) utimesSync(join(folder, name), old, old);
  await removeTemporariesOf(path);
  expect(readdirSync(folder).sort()).toEqual(stay.sort());
});
