import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runPlugin } from 'statistic-harness/testing';

const folder = import.meta.dirname;
const roles = { measure: 'amount' };

test('two rows that hold half of the total are told, with their share', async () => {
  const amount = [50, 50, ...Array.from({ length: 100 }, () => 1)];
  const { findings } = await runPlugin(folder, { amount }, { roles, settings: { largest: 0.01 } });
  assert.equal(findings[0]?.fields['share']?.value, 50);
  assert.match(findings[0]?.statement ?? '', /^Of 102\srows with a value in amount, 2\srows have 50 or more/);
});

test('values below zero have no shares, and that is said', async () => {
  const amount = Array.from({ length: 20 }, (_, row) => row - 10);
  const { findings, notes } = await runPlugin(folder, { amount }, { roles });
  assert.deepEqual(findings, []);
  assert.match(notes.join(), /values below zero/);
});

test('without a measure it does not apply', async () => {
  const region = Array.from({ length: 20 }, (_, row) => (row % 2 === 0 ? 'North' : 'South'));
  await assert.rejects(runPlugin(folder, { region }), /no column has the role measure/);
});
