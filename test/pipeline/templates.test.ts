import { expect, test } from 'vitest';
import { templateProblem } from '../../src/pipeline/templates.ts';

test.each([
  ['The {what} column holds {n} rows.', undefined],
  ['There are 12 rows.', 'literal digit "1"'],
  ['Es sind ٣ Zeilen.', 'literal digit "٣"'],
  ['{missing} is gone', 'names the field "missing"'],
  ['{ n }', 'a brace that marks no field'],
  ['{n', 'a brace that marks no field'],
])('template %j', (template, problem) => {
  const found = templateProblem(template, { what: 1, n: 1 });
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(problem);
});
