import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/contract/index.ts';
import { agreeingDigits, type LinearSet, nistSets, readLinear } from '../sdk/nist-sets.ts';
import { readJson, temporaryFolder } from './command.ts';
import { run } from './say.ts';

/** Runs the regression of the first column on powers of the others, from a CSV file; its metrics. */
async function regress(set: Pick<LinearSet, 'header' | 'rows' | 'hasIntercept'>, degree: number) {
  const appdata = temporaryFolder();
  const file = join(appdata, 'data.csv');
  writeFileSync(file, `${[set.header, ...set.rows].map((cells) => cells.join(',')).join('\n')}\n`);
  const set_ = (key: string, value: string | number | boolean) => [
    '--set',
    `analysis_linear_regression.${key}=${value}`,
  ];
  const summary = await run(file, appdata, [
    ...['--plugins', 'analysis_linear_regression'],
    ...['--roles', set.header.map((name) => `measure=${name}`).join(',')],
    ...set_('target', set.header[0] ?? ''),
    ...set_('polynomial_degree', degree),
    ...set_('intercept', set.hasIntercept),
  ]);
  const report = readJson<Report>(join(summary.run_dir, 'report.json'));
  const metrics = report.metrics['analysis_linear_regression'] ?? {};
  return { report, metric: (name: string) => Number(metrics[name]?.value ?? Number.NaN) };
}

test.each(nistSets('linear'))(
  'NIST StRD %s through run: log relative error of at least 12 on every coefficient, its error, R² and F',
  async (name) => {
    const set = readLinear(name);
    const degree = (set.coefficients.length - Number(set.hasIntercept)) / (set.header.length - 1);
    const { report, metric } = await regress(set, degree);
    const first = set.hasIntercept ? 0 : 1;
    for (const [i, { estimate, deviation }] of set.coefficients.entries()) {
      expect(agreeingDigits(metric(`b${i + first}`), estimate), `b${i}`).toBeGreaterThanOrEqual(12);
      expect(
        agreeingDigits(metric(`b${i + first}_standard_error`), deviation),
        `b${i}`,
      ).toBeGreaterThanOrEqual(12);
    }
    expect(agreeingDigits(metric('residual_standard_deviation'), set.deviation)).toBeGreaterThanOrEqual(12);
    expect(agreeingDigits(metric('r_squared'), set.rSquared)).toBeGreaterThanOrEqual(12);
    const { statistic } = report.ledger.entries[0] ?? {};
    if (set.f === 'Infinity') expect(statistic).toEqual({ name: 'R²', value: 1 });
    else expect(agreeingDigits(statistic?.value ?? Number.NaN, set.f)).toBeGreaterThanOrEqual(12);
    const items = report.findings.flatMap((finding) => finding.items);
    expect(items.map(({ fields }) => fields['estimate']?.value)).toHaveLength(set.coefficients.length);
  },
);
