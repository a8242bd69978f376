import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { check, DOCUMENTS, PluginManifest, schemaFile, schemaText } from '../../src/contract/index.ts';

const folder = new URL('../../schemas/', import.meta.url);

test('QA-02 the committed JSON Schemas are those of the contract', () => {
  const committed = readdirSync(folder).sort();
  expect(committed).toEqual(Object.keys(DOCUMENTS).map(schemaFile).sort());
  for (const [name, schema] of Object.entries(DOCUMENTS)) {
    const text = readFileSync(new URL(schemaFile(name), folder), 'utf8');
    expect(text.replaceAll('\r\n', '\n'), name).toBe(schemaText(schema));
  }
});

test('every problem of a document is reported with its path', () => {
  const checked = check(PluginManifest, { id: 'X', limits: { wall_s: 'long' }, extra: 1 });
  expect(checked.ok).toBe(false);
  const problems = checked.ok ? [] : checked.problems.map((problem) => `${problem.path}: ${problem.message}`);
  expect(problems).toContain('limits.wall_s: must be number, got "long"');
  expect(problems.some((problem) => problem.startsWith('extra: unknown key'))).toBe(true);
  expect(problems.some((problem) => problem.startsWith('id: '))).toBe(true);
  expect(problems.length).toBeGreaterThan(5);
});
