import { describe, expect, it } from 'vitest';
import { buildReport, openReport, renderHtml } from '../../src/report/index.ts';
import { CIRCUMSTANCES, reportInput } from './documents.ts';

/** The text of a page, as it is read. */
const words = (html: string) =>
  html
    .replaceAll('<wbr>', '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');

describe('a report as the page shows it', () => {
  const report = buildReport(reportInput());

  it('UX-08 says of every claim what report.html says, in the same words', async () => {
    const html = await renderHtml(report, CIRCUMSTANCES);
    const read = words(html);
    const { findings } = openReport(report).shown;
    expect(findings.length).toBeGreaterThan(0);
    for (const { title, statement, sure, basis, coverage, severity_words, evidence, estimate } of findings) {
      for (const told of [
        title,
        statement,
        sure.badge,
        basis.badge,
        coverage.badge,
        severity_words,
        evidence,
      ])
        expect(read).toContain(told.replace(/\s+/g, ' '));
      for (const long of [sure.long, basis.long, coverage.long]) expect(html).toContain(`title="${long}"`);
      if (estimate !== null) expect(read).toContain(estimate.words.replace(/\s+/g, ' '));
    }
  });

  it('gives each number of a finding its source, and the source under that label', async () => {
    const opened = openReport(report);
    const shown = opened.shown.findings.find(({ evidence }) => evidence !== 'none');
    const details = await opened.finding(shown?.id ?? '');
    const labels = details?.fields.flatMap(({ source }) => /^Q\d+/.exec(source)?.[0] ?? []) ?? [];
    expect(labels.length).toBeGreaterThan(0);
    for (const label of labels) expect(opened.query(label)?.result_sha256).toMatch(/^sha256:/);
    expect(opened.query('Q9999')).toBeUndefined();
  });

  it('draws the charts of a finding and gives their data as a table', async () => {
    const opened = openReport(report);
    const all = await Promise.all(opened.shown.findings.map(({ id }) => opened.finding(id)));
    const charts = all.flatMap((details) => details?.charts ?? []);
    expect(charts.length).toBeGreaterThan(0);
    for (const { svg, columns, rows, row_count, alternative } of charts) {
      expect(svg).toMatch(/^<svg/);
      expect(alternative).not.toBe('');
      expect(rows).toHaveLength(row_count);
      expect(rows[0]).toHaveLength(columns.length);
    }
  });
});
