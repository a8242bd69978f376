import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/contract/index.ts';
import { type AnovaSet, agreeingDigits, nistSets, readAnova } from '../sdk/nist-sets.ts';
import { readJson, temporaryFolder } from './command.ts';
import { run } from './say.ts';

/** Sets of the same treatments in the same rows share a file, each as a measure of its own. */
function files(): { readonly names: string[]; readonly sets: AnovaSet[] }[] {
  const sets = nistSets('anova').map((name) => ({ name, set: readAnova(name) }));
  const byTreatments = Map.groupBy(sets, ({ set }) =>
    JSON.stringify(set.rows.map(([treatment]) => treatment)),
  );
  return [...byTreatments.values()].map((group) => ({
    names: group.map(({ name }) => name),
    sets: group.map(({ set }) => set),
  }));
}

test.each(files())(
  'NIST StRD $names through run: log relative error of at least 14 on F',
  async ({ names, sets }) => {
    const appdata = temporaryFolder();
    const file = join(appdata, 'data.csv');
    const rows = (sets[0]?.rows ?? []).map(([treatment], row) =>
      [treatment, ...sets.map((set) => set.rows[row]?.[1])].join(','),
    );
    writeFileSync(file, `${['treatment', ...names].join(',')}\n${rows.join('\n')}\n`);
    const roles = ['category=treatment', ...names.map((name) => `measure=${name}`)].join(',');
    const summary = await run(file, appdata, ['--plugins', 'analysis_dependence', '--roles', roles]);
    const report = readJson<Report>(join(summary.run_dir, 'report.json'));
    for (const [i, set] of sets.entries()) {
      const name = names[i] ?? '';
      const entry = report.ledger.entries.find(
        ({ family, hypothesis }) => family === 'anova' && hypothesis.startsWith(`${name} `),
      );
      expect(entry?.statistic.name).toBe('F');
      expect(entry?.n).toBe(set.rows.length);
      expect(agreeingDigits(entry?.statistic.value ?? Number.NaN, set.f), name).toBeGreaterThanOrEqual(14);
      const finding = report.findings.find(({ target }) => [target['columns']].flat().includes(name));
      if (finding === undefined) continue;
      const share = Number(finding.fields['eta_squared']?.value) / 100;
      const deviation = Number(finding.fields['residual_standard_deviation']?.value);
      expect(agreeingDigits(share, set.rSquared), name).toBeGreaterThanOrEqual(13);
      expect(agreeingDigits(deviation, set.deviation), name).toBeGreaterThanOrEqual(14);
    }
  },
);
