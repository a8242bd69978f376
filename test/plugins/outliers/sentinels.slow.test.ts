import { expect, test } from 'vitest';
import { normals } from '../autoregression.ts';
import { rolesOf, withTable } from '../make-table.ts';
import { runInProcess } from '../run-in-process.ts';

test('of outliers at both ends each says what its own end shows of the one test', async () => {
  const next = normals(2);
  const table = {
    columns: [{ name: 'weight', type: { kind: 'integer' } as const }],
    rows: Array.from({ length: 3000 }, (_, i) => [
      String(i === 0 ? 900_000 : i === 1 ? -200_000 : Math.round(60_000 + 9_000 * next())),
    ]),
  };
  const { result } = await withTable(table, (dataset) =>
    runInProcess('analysis_outliers', dataset, rolesOf({ measure: 'weight' })),
  );
  const ends = result.findings.filter(({ kind }) => kind === 'outliers');
  expect(ends).toHaveLength(2);
  expect(new Set(ends.map(({ test: of }) => of?.p_value)).size).toBe(1);
  for (const { statement } of ends) expect(statement).toContain('takes both ends of the column together');
  const own = ends.map(({ fields }) => Number(fields['own_p_value']?.value));
  expect(own[0]).not.toBe(own[1]);
  for (const p of own) expect(p).toBeLessThan(0.001);
});

/** What both plugins say of 3,000 odometers, the first twelve of which read something else. */
async function told(odd: (i: number) => number) {
  const next = normals(1);
  const table = {
    columns: [{ name: 'odometer', type: { kind: 'integer' } as const }],
    rows: Array.from({ length: 3000 }, (_, i) => [
      String(i < 12 ? odd(i) : Math.round(60_000 + 9_000 * next())),
    ]),
  };
  return withTable(table, async (dataset) => {
    const roles = rolesOf({ measure: 'odometer' });
    const outliers = await runInProcess('analysis_outliers', dataset, roles);
    const quality = await runInProcess('profile_quality', dataset, roles);
    return {
      outliers: outliers.result.findings.map(({ kind }) => kind),
      statement: outliers.result.findings[0]?.statement,
      notes: outliers.result.notes,
      quality: quality.result.findings.map(({ kind }) => kind),
    };
  });
}

test('a value that stands for “unknown” is told once: by the profile of quality', async () => {
  const { outliers, notes, quality } = await told(() => 999_999);
  expect(outliers).toEqual([]);
  expect(notes.join(' ')).toContain('odometer: 999999 in 12 rows');
  expect(quality).toContain('sentinel');
});

test('another value that repeats is an outlier that may stand for something else', async () => {
  const { outliers, statement } = await told(() => 400_123);
  expect(outliers).toEqual(['outliers']);
  expect(statement).toContain('one and the same value');
});

test('values that are far off and differ are outliers', async () => {
  const { outliers, statement, quality } = await told((i) => 400_000 + 1_000 * i * i);
  expect(outliers).toEqual(['outliers']);
  expect(statement).not.toContain('one and the same value');
  expect(quality).not.toContain('sentinel');
});
