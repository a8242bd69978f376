import { describe, expect, test } from 'vitest';
import { buildReport, renderHtml, renderMarkdown } from '../../src/report/index.ts';
import { CIRCUMSTANCES, finding, ledgerEntry, outcome, query, reportInput } from './documents.ts';

const pairs = { family: 'pairs', dependent: true };
const claim = (label: string, p: number, change = {}) =>
  finding({
    plugin_id: 'analysis_pairs',
    kind: `pair_${label}`,
    title: `Pair ${label}`,
    confidence: { value: null, how: 'tested' },
    test: { label, name: 'rho', statistic: 0.5, p_value: p, family: 'pairs', q_value: null },
    evidence: [query('SELECT 1 FROM data')],
    ...change,
  });
const replication = {
  by: 'time' as const,
  holds: 'first' as const,
  first: { value: 75, unit: 's' },
  second: { value: null },
};
const report = buildReport(
  reportInput({
    outcomes: [
      outcome('analysis_pairs', {
        findings: [claim('kept', 0.0001, { replication }), claim('near', 0.02), claim('far', 0.19)],
        tests: [
          ledgerEntry('analysis_pairs', 'kept', 0.0001, pairs),
          ledgerEntry('analysis_pairs', 'near', 0.02, pairs),
          ledgerEntry('analysis_pairs', 'far', 0.19, pairs),
          ledgerEntry('analysis_pairs', 'large', 0.9, { family: 'others' }),
          ledgerEntry('analysis_pairs', 'small', 0.0002, { family: 'others' }),
        ],
      }),
    ],
  }),
);
const markdown = renderMarkdown(report, CIRCUMSTANCES);
const html = (await renderHtml(report, CIRCUMSTANCES)).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

describe('beside a tested finding stand', () => {
  test('its statistic, p, q and the size of its family, with the factor where that is dependent', () => {
    for (const text of [markdown, html]) {
      expect(text).toMatch(/rho = 0\.5, p = 0\.0001, q = 0\.0005/);
      expect(text).toMatch(
        /all 5 hypotheses of this run, 3 of them in the family “pairs”; p-values multiplied by 1\.833/,
      );
    }
  });

  test('whether it holds in both halves of the table, with the estimate of each', () => {
    for (const text of [markdown, html]) {
      expect(text).toMatch(
        /the earlier and the later half of the rows, it holds in the first alone: 1\smin 15\ss and too few rows\./,
      );
    }
  });
});

describe('the ledger', () => {
  test('names the passes that were made and the size of each family', () => {
    expect(markdown).toContain('5 hypotheses were tested in this run, in 2 families');
    expect(markdown).toContain('Benjamini–Yekutieli within families whose tests depend on each other');
    expect(markdown).toContain('| pairs (3) |');
    expect(html).toContain('3 tests');
  });

  test('shows the nearest misses by q-value, each with its reason, and what is clear but small', () => {
    const section = markdown.slice(markdown.indexOf('### Nearest misses'));
    const rows = section.split('\n').filter((line) => line.startsWith('| no difference'));
    expect(rows.map((row) => row.split(' | ')[0])).toEqual([
      '| no difference in near',
      '| no difference in far',
      '| no difference in large',
    ]);
    expect(rows[0]).toContain('q is above 0.05 |');
    expect(rows[2]).toContain('its plugin claims nothing of it');
    expect(section).toContain('1 hypothesis is clear of chance (q at most 0.05) and yet no finding');
    expect(html).toContain('Nearest misses');
  });
});
