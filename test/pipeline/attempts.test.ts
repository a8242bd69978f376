import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { putEarlierAttemptAside } from '../../src/pipeline/attempts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attempts-'));
  return () => rmSync(folder, { recursive: true });
});

function attempt(name: string): void {
  mkdirSync(join(folder, 'logs'), { recursive: true });
  for (const file of ['journal.json', 'run.log', 'logs/p.log']) writeFileSync(join(folder, file), name);
}

const files = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test('EXEC-08 the logs of each attempt stay, numbered in their order', async () => {
  expect(await putEarlierAttemptAside(folder)).toBe(0);
  attempt('first');
  expect(await putEarlierAttemptAside(folder)).toBe(1);
  expect(await putEarlierAttemptAside(folder)).toBe(1);
  attempt('second');
  expect(await putEarlierAttemptAside(folder)).toBe(2);
  const kept = (n: number) => ['journal.json', 'p.log', 'run.log'].map((name) => `logs/attempt-${n}/${name}`);
  expect(files()).toEqual([...kept(1), ...kept(2)]);
  expect(readFileSync(join(folder, 'logs/attempt-1/run.log'), 'utf8')).toBe('first');
});

test('EXEC-08 an attempt whose files were moved half-way is one attempt still', async () => {
  attempt('first');
  mkdirSync(join(folder, 'logs', 'attempt-1'));
  renameSync(join(folder, 'logs', 'p.log'), join(folder, 'logs', 'attempt-1', 'p.log'));
  expect(await putEarlierAttemptAside(folder)).toBe(1);
  expect(files()).toEqual(['journal.json', 'p.log', 'run.log'].map((name) => `logs/attempt-1/${name}`));
});
