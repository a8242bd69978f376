import { expect, test } from 'vitest';
import { provisionalFindings } from '../../src/pipeline/provisional.ts';
import { schema } from './make.ts';

const table = { schema, chunks: [{ rows: 30 }, { rows: 50 }, { rows: 20 }], sampled: true };
const said = (...facts: readonly unknown[]) => ({ chunks: 2, facts: [...facts], problem: null });

test('a provisional finding is its template with the numbers of its fields, and how much of the table it covers', () => {
  const fact = {
    statement: '{column}: mean {mean}, of {n}',
    fields: {
      column: { column_name: 'Amount_2' },
      mean: { value: '12345678901234567890.5', unit: '€' },
      n: { value: 7, unit: 'values' },
    },
  };
  const { findings, problem } = provisionalFindings(said(fact), table);
  expect(problem).toBeNull();
  expect(findings).toEqual([
    {
      provisional: true,
      statement: expect.stringMatching(/^Amount 2: mean 1.235\s×\s10¹⁹\s€, of 7\svalues$/),
      coverage: { rows: 80, of_rows: 100, share: 0.8, sampled: true },
    },
  ]);
});

test.each([
  ['a digit of its own', { statement: 'mean 7', fields: {} }, 'statement holds the literal digit "7"'],
  [
    'a field that is not there',
    { statement: '{a}', fields: {} },
    'names the field "a", which does not exist',
  ],
  ['a column that is not there', { statement: '{a}', fields: { a: { column_name: 'b' } } }, 'no column "b"'],
  ['a number that is text', { statement: '{a}', fields: { a: { value: '7 %' } } }, 'fields.a'],
  ['a form that is none', { statement: 'x', text: 'y' }, 'fact 1: '],
])('of a plugin that says %s nothing is told but why', (_, fact, reason) => {
  const { findings, problem } = provisionalFindings(said(fact), table);
  expect(findings).toEqual([]);
  expect(problem).toContain(reason);
});
