import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hexOf, sha256 } from '../../src/base/index.ts';
import {
  buildReport,
  HTML_LIMIT,
  type ReportInput,
  renderHtml,
  renderJson,
  renderMarkdown,
} from '../../src/report/index.ts';
import {
  CIRCUMSTANCES,
  columnFacts,
  dataset,
  finding,
  histogram,
  ledgerEntry,
  outcome,
  query,
  reportInput,
  waitFinding,
} from './documents.ts';

const page = (input: ReportInput) => renderHtml(buildReport(input), CIRCUMSTANCES);
const text = (input: ReportInput) => renderMarkdown(buildReport(input), CIRCUMSTANCES);

/** The page without its tags. */
const words = (html: string) =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll('<wbr>', '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the three forms of a report', () => {
  it('are those that were read and found good', async () => {
    const folder = '../golden/expected/report';
    const report = buildReport(reportInput());
    await expect(renderJson(report)).toMatchFileSnapshot(`${folder}/report.json`);
    await expect(renderMarkdown(report, CIRCUMSTANCES)).toMatchFileSnapshot(`${folder}/report.md`);
    await expect(await renderHtml(report, CIRCUMSTANCES)).toMatchFileSnapshot(`${folder}/report.html`);
  });

  it('are the same bytes when made twice, also from the document as read from disk', async () => {
    const report = buildReport(reportInput());
    const again = JSON.parse(renderJson(report));
    expect(await renderHtml(again, CIRCUMSTANCES)).toBe(await renderHtml(report, CIRCUMSTANCES));
    expect(renderMarkdown(again, CIRCUMSTANCES)).toBe(renderMarkdown(report, CIRCUMSTANCES));
  });

  it('carry the fingerprint where people read, not in the document', async () => {
    const report = buildReport(reportInput());
    expect(await renderHtml(report, CIRCUMSTANCES)).toContain(CIRCUMSTANCES.run_fingerprint);
    expect(renderMarkdown(report, CIRCUMSTANCES)).toContain(CIRCUMSTANCES.run_fingerprint);
    expect(renderJson(report)).not.toContain(CIRCUMSTANCES.run_fingerprint);
  });
});

describe('the page', () => {
  it('is one file without script or anything from elsewhere, and says so to the browser', async () => {
    const html = await page(reportInput());
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\((?!#)|\son\w+=| src=| style=/i);
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? '';
    const hash = Buffer.from(hexOf(sha256(style)), 'hex').toString('base64');
    expect(html).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'; img-src data:;`);
  });

  it('opens with what the table is, its period and what was found', async () => {
    const html = words(await page(reportInput()));
    expect(html).toContain(
      'The table has 2400 rows in 5 columns, from 2025-01-01 to 2025-03-31 (column QUEUE_DT).',
    );
    expect(html).toContain(
      '1 analysis looked at it and found 2 things worth telling, all of them measured. Besides, 1 profile described its columns. 1 analysis did not finish',
    );
  });

  it('shows basis, confidence and coverage beside each claim, and the evidence below it', async () => {
    const html = words(await page(reportInput()));
    for (const part of [
      'MEASURED',
      'exact count',
      'FULL',
      'tested, q = 0.008',
      '143 h',
      '95 % interval 133 h to 153 h',
    ]) {
      expect(html).toContain(part);
    }
    expect(html).toContain('Q1, row 1, column over_seconds');
    expect(html).toContain('$1 = 60');
    expect(html).toContain('part 1: 3–5, 9, 2311 (5 of 512; the query gives them all)');
    expect(html).toContain('Computed by the plugin, repeatable from its inputs.');
  });

  it('prints a query where it is cited first and points there from then on', async () => {
    const html = await page(reportInput());
    expect(html.match(/<h4 id="Q1">/g)).toHaveLength(1);
    expect(html).toContain('<a href="#Q1">where it is cited first</a>');
  });

  it('has no dead anchor, no id twice, and headings without gaps', async () => {
    const html = await page(reportInput());
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
    const levels = [...html.matchAll(/<h([1-6])[ >]/g)].map((match) => Number(match[1]));
    levels.forEach((level, i) => {
      expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1);
    });
  });

  it('has landmarks, a skip link, and a caption and scopes for every table', async () => {
    const html = await page(reportInput());
    for (const part of [
      '<html lang="en">',
      '<header>',
      '<nav aria-label',
      '<main>',
      '<footer>',
      'class="skip" href="#findings"',
    ]) {
      expect(html).toContain(part);
    }
    expect(html.match(/<caption>/g)?.length).toBe(html.match(/<table/g)?.length);
    expect(html).not.toMatch(/<th(?! ?[^>]*scope=)[ >]/);
  });

  it('says well that nothing was found', async () => {
    const html = words(
      await page(reportInput({ outcomes: [outcome('quiet', { notes: ['no waits over the threshold'] })] })),
    );
    expect(html).toContain('1 analysis looked at it and found nothing to report.');
    expect(html).toContain('That is a result, not a failure');
    expect(html).toContain('no waits over the threshold');
  });

  it('says of what was tested and not claimed how many there were, and which came nearest', async () => {
    const tests = [
      ledgerEntry('quiet', 'north', 0.03, { hypothesis: 'North waits as long as South' }),
      ledgerEntry('quiet', 'amount', 0.6),
    ];
    const html = words(await page(reportInput({ outcomes: [outcome('quiet', { tests })] })));
    expect(html).toContain('They tested 2 hypotheses together');
    expect(html).toContain('“North waits as long as South”, q = 0.06: it did not stand out from chance');
  });

  it('names why an analysis gave nothing', async () => {
    const html = words(await page(reportInput()));
    expect(html).toContain('– does not apply to this table');
    expect(html).toContain('no column has the role case');
    expect(html).toContain('✕ failed');
  });

  it('FND-08 marks a sample, a model and synthetic data', async () => {
    const coverage = {
      kind: 'SAMPLED',
      rows: 240,
      of_rows: 2400,
      rejected_rows: 0,
      method: 'cases',
      column: 'ORDER_ID',
      fraction: 0.1,
      seed: '7',
    } as const;
    const modeled = finding({
      kind: 'm',
      basis: 'MODELED',
      coverage,
      assumptions: ['Arrivals stay the same.'],
    });
    const html = words(
      await page(reportInput({ coverage, outcomes: [outcome('a', { findings: [modeled] })] })),
    );
    expect(html).toContain('SAMPLED');
    expect(html).toContain('method cases by ORDER_ID, fraction 0.1, seed 7');
    expect(html).toContain('MODELED');
    expect(html).toContain('Assumes: Arrivals stay the same.');
    expect(html).toContain('Synthetic data');
    expect(words(await page(reportInput({ coverage })))).toContain(
      'The table has 2400 rows in 5 columns. The rows drawn are from 2025-01-01 to 2025-03-31 (column QUEUE_DT).',
    );
    expect(words(await page(reportInput({ kind: 'real' })))).not.toContain('Synthetic data');
  });

  it('shows a chart that may not be drawn by its words and the reason', async () => {
    const bad = histogram('waits', { spec: { data: { url: 'https://example.org' }, mark: 'bar' } });
    const html = words(
      await page(
        reportInput({ outcomes: [outcome('analysis_waits', { findings: [waitFinding()], charts: [bad] })] }),
      ),
    );
    expect(html).toContain('Not drawn: its data must stand inside it');
  });
});

const hostile: readonly string[] = JSON.parse(readFileSync('fixtures/blns/blns.json', 'utf8'));

describe('hostile text', () => {
  /** A report that holds a text in every place that can hold one. */
  function infested(evil: string): ReportInput {
    const columns = [{ name: evil, sql_name: evil === '' ? 'c' : evil, type: { kind: 'text' } as const }];
    const base = dataset(columns);
    const claim = finding({
      kind: 'x',
      title: evil,
      statement: evil,
      target: { activity: evil, columns: [evil] },
      scope: { window: evil },
      fields: { name: { value: evil, unit: evil } },
      estimate: { name: evil, value: evil, unit: evil },
      assumptions: [evil],
      limitations: [evil],
      charts: ['waits'],
      evidence: [query(evil, { parameters: [evil], yields: { name: { row: 0, column: evil } } })],
    });
    const charts = [histogram('waits', { title: evil, alternative: evil, spec: chartOf(evil) })];
    return reportInput({
      ...base,
      ingest: base.ingest.map((ingest) => ({ ...ingest, notes: [evil] })),
      roles: {
        ...base.roles,
        bindings: [
          { role: 'activity', sql_name: evil || 'c', confidence: 1, source: 'inferred', reasons: [evil] },
        ],
      },
      outcomes: [
        outcome(
          'analysis_waits',
          { findings: [claim], charts, notes: [evil] },
          { title: evil, question: evil },
        ),
        outcome('profile_basic', { findings: columns.map((column) => columnFacts(column)) }),
      ],
    });
  }

  function chartOf(evil: string): Record<string, unknown> {
    const encoding = {
      x: { field: 'a', type: 'nominal', title: evil },
      y: { field: 'b', type: 'quantitative' },
    };
    return { data: { values: [{ a: evil, b: 1 }] }, mark: 'bar', encoding };
  }

  it('never becomes markup of the page', async () => {
    const html = await page(infested(hostile.join('\n')));
    const one = await page(infested('</style></title><script>alert(1)</script><img src=x onerror=alert(1)>'));
    for (const made of [html, one]) {
      expect(made).not.toMatch(
        /<script|<img|<iframe|<svg[^>]*onload|javascript:[^\s]*"|<style[^>]*>(?!:root)/i,
      );
      expect(made.match(/<\/body>/g)).toHaveLength(1);
    }
    expect(one).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('leaves the page well-formed, each string in turn', async () => {
    for (const evil of hostile.filter((_, i) => i % 24 === 0)) {
      const html = await page(infested(evil));
      expect(tagsOf(html)).toEqual(tagsOf(await page(infested(plainLike(evil)))));
    }
  });

  it('never becomes markup in Markdown', () => {
    const made = text(infested(hostile.filter((evil) => !evil.includes('`')).join(' ')));
    const outside = made.replace(/^```+sql\n[\s\S]*?\n```+$/gm, '').replace(/(`+)[^`][\s\S]*?\1/g, '');
    expect(outside).not.toMatch(/<[a-z!/]/i);
    expect(outside).not.toMatch(/[^\\]\]\(/);
  });

  it('stays inside its fence in Markdown', () => {
    const made = text(infested('```\n# owned\n````'));
    expect(made).toContain('`````sql\n```\n# owned\n````\n`````');
  });

  it('keeps a table of Markdown a table', () => {
    const made = text(infested('a|b\nc`|d'));
    const heads = made.split('\n').filter((line) => line.startsWith('| '));
    for (const line of heads) expect(line).toMatch(/ \|$/);
  });

  function plainLike(evil: string): string {
    return evil === '' ? '' : 'x';
  }

  /** Elements of the page in order, without the drawing, whose labels differ in number of lines. */
  function tagsOf(html: string): string {
    const tags = html.replace(/<svg.*?<\/svg>|<wbr>/gs, '').match(/<\/?[a-z][a-z0-9]*/g) ?? [];
    return tags.join(' ');
  }
});

describe('size', () => {
  it('stays below the limit with 1,000 columns and 2,000 findings, and what is left out is said', async () => {
    const input = large(1000, 2000);
    const report = buildReport(input);
    const html = await renderHtml(report, CIRCUMSTANCES);
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(HTML_LIMIT);
    const read = words(html);
    expect(read).toMatch(/more findings, numbers 26 to/);
    expect(read).toMatch(/findings from number .* on are not on this page|numbers 26 to 2000/);
    expect(read).toMatch(/more columns/);
    expect(read).toContain('report.json');
  });

  it('stays below the limit with cells and queries of a megabyte', async () => {
    const long = 'x'.repeat(1_000_000);
    const claim = finding({
      kind: 'x',
      title: long,
      statement: long,
      fields: { a: { value: long } },
      evidence: [query(long, { parameters: [long] })],
    });
    const input = reportInput({
      createViewSql: long,
      outcomes: [outcome('a', { findings: [claim], notes: [long] })],
    });
    const html = await page(input);
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(HTML_LIMIT);
    expect(words(html)).toContain('1 000 000 characters, whole in report.json');
  });

  function large(columnCount: number, findingCount: number): ReportInput {
    const columns = Array.from({ length: columnCount }, (_, i) => ({
      name: `COLUMN_WITH_A_LONG_NAME_${i}`,
      sql_name: `COLUMN_WITH_A_LONG_NAME_${i}`,
      type: { kind: 'decimal', precision: 18, scale: 4 } as const,
    }));
    const claims = Array.from({ length: findingCount }, (_, i) => ({
      ...waitFinding(),
      ...finding({
        kind: `kind_${i % 7}`,
        target: { activity: `JOB_${i}` },
        title: `Finding ${i} about JOB_${i}`,
      }),
      evidence: [query(`SELECT count(*) AS n FROM data WHERE "ACTIVITY" = 'JOB_${i}' AND wait > 60`)],
      charts: ['waits'],
    }));
    return reportInput({
      ...dataset(columns),
      outcomes: [
        outcome('profile_basic', {
          findings: columns.map((column, i) => columnFacts(column, [`column_${i}`])),
          charts: columns.slice(0, 100).map((_, i) => histogram(`column_${i}`)),
        }),
        outcome('analysis_waits', { findings: claims, charts: [histogram('waits')] }),
      ],
    });
  }
});
