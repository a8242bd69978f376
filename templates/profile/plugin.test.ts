import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runPlugin } from 'statistic-harness/testing';

const folder = import.meta.dirname;

test('a column that lacks values is told, with how many', async () => {
  const { findings } = await runPlugin(folder, { name: ['a', 'b', 'c'], note: ['x', null, null] });
  assert.equal(findings.length, 1);
  // Between a number and its unit stands a space that does not break.
  assert.match(findings[0]?.title ?? '', /^note is missing in 2 of 3\srows$/);
});

test('a table without gaps has no finding, and that is said', async () => {
  const { findings, notes } = await runPlugin(folder, [{ name: 'a' }, { name: 'b' }]);
  assert.deepEqual(findings, []);
  assert.deepEqual(notes, ['Every column is filled in.']);
});
