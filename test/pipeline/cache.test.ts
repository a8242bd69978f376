import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJsonFile, sha256 } from '../../src/base/index.ts';
import type { PluginResult } from '../../src/contract/index.ts';
import { cachedChunk, cachedExecution, keepChunk, keepExecution } from '../../src/pipeline/cache.ts';
import { freshAppdata } from '../state/appdata.ts';

const KEY = sha256('what it is kept under');
const folderOf = (root: string, kind: string) => join(root, kind, KEY.slice(7, 9), KEY.slice(7));

async function keptExecution() {
  const paths = freshAppdata();
  const artifacts = join(paths.root, 'made');
  mkdirSync(artifacts);
  writeFileSync(join(artifacts, 'rows.txt'), '12');
  const artifact = { path: 'rows.txt', title: 'Rows', media_type: 'text/plain', keep: true };
  const result: PluginResult = {
    schema_version: 'plugin_result.v1',
    plugin_id: 'p',
    plugin_version: '1.0.0',
    coverage: { kind: 'FULL', rows: 1, of_rows: 1, rejected_rows: 0 },
    ...{
      notes: [],
      findings: [],
      metrics: {},
      metric_evidence: [],
      tests: [],
      charts: [],
      derived_columns: [],
    },
    artifacts: [{ ...artifact, sha256: sha256('12'), bytes: 2 }],
  };
  await keepExecution(paths, KEY, { runId: 'a run', resultText: canonicalJsonFile(result), artifacts });
  return { paths, folder: folderOf(paths.cache, 'executions') };
}

test('a finished execution that was kept is there again, with the run that executed it', async () => {
  const { paths } = await keptExecution();
  expect(await cachedExecution(paths, KEY)).toMatchObject({ runId: 'a run', result: { plugin_id: 'p' } });
});

test.each([
  ['an entry that is cut off', 'entry.json', 10],
  ['an empty entry', 'entry.json', 0],
  ['a result that is cut off', 'result.json', 100],
  ['an artifact that is cut off', 'artifacts/rows.txt', 1],
])('%s is no execution: it counts as absent, and goes', async (_, name, bytes) => {
  const { paths, folder } = await keptExecution();
  truncateSync(join(folder, name), bytes);
  expect(await cachedExecution(paths, KEY)).toBeUndefined();
  expect(existsSync(folder)).toBe(false);
});

test('JSON that is whole, but no entry, is no execution', async () => {
  const { paths, folder } = await keptExecution();
  writeFileSync(join(folder, 'entry.json'), 'null');
  expect(await cachedExecution(paths, KEY)).toBeUndefined();
});

test('EXEC-08 the state of a chunk is kept with the run that computed it; a byte that is gone or another makes it absent', async () => {
  const paths = freshAppdata();
  const types = { a: { kind: 'integer' }, b: { kind: 'text' } };
  await keepChunk(paths, KEY, { state: '{"sum":"12"}', runId: 'a run' }, types, ['a']);
  const found = () => cachedChunk(paths, KEY, types);
  expect(await found()).toEqual({ state: '{"sum":"12"}', runId: 'a run' });
  expect(await cachedChunk(paths, KEY, { ...types, b: { kind: 'integer' } })).toBeDefined();
  expect(await cachedChunk(paths, KEY, { ...types, a: { kind: 'double' } })).toBeUndefined();
  const file = folderOf(paths.cache, 'chunks');
  const text = readFileSync(file, 'utf8');
  for (const damaged of [
    text.slice(0, -1),
    text.slice(0, 20),
    '',
    text.replace('a run', 'b run'),
    `${text} `,
  ]) {
    writeFileSync(file, damaged);
    expect(await found(), damaged).toBeUndefined();
  }
});
