import { describe, expect, it } from 'vitest';
import type { RoleBinding } from '../../src/contract/index.ts';
import { buildReport, type ReportInput, renderHtml, renderMarkdown } from '../../src/report/index.ts';
import { holdsNumber, plainName } from '../../src/report/words.ts';
import {
  CIRCUMSTANCES,
  COLUMNS,
  columnFacts,
  dataset,
  finding,
  histogram,
  manifest,
  outcome,
  query,
  reportInput,
  waitFinding,
} from './documents.ts';

const page = (input: ReportInput) => renderHtml(buildReport(input), CIRCUMSTANCES);
const text = (input: ReportInput) => renderMarkdown(buildReport(input), CIRCUMSTANCES);
const words = (html: string) =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll('<wbr>', '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
/** Markdown without the marks that keep its text plain. */
const unmarked = (markdown: string) => markdown.replace(/\\([_[\]*|])/g, '$1');

function withBinding(binding: RoleBinding): ReportInput {
  const base = reportInput();
  const others = base.roles.bindings.filter(({ role }) => role !== binding.role);
  return { ...base, roles: { ...base.roles, bindings: [...others, binding] } };
}

describe('the query of a chart', () => {
  const chart = histogram('waits', {
    evidence: query('SELECT low FROM waits WHERE low > $1', { parameters: ['17'], row_count: 12 }),
  });
  const input = reportInput({
    outcomes: [outcome('analysis_waits', { findings: [waitFinding()], charts: [chart] })],
  });

  it('stands on the page with parameters and result hash, in the evidence of the finding that shows it', async () => {
    const html = words(await page(input));
    expect(html).toContain('1 query of a chart');
    expect(html).toMatch(/Query Q\d+, drawn as the chart “Distribution of waits”/);
    expect(html).toContain('SELECT low FROM waits WHERE low &gt; $1');
    expect(html).toContain('$1 = 17');
    expect(html).toContain(`Result: 12 rows, hash ${chart.evidence.result_sha256}`);
  });

  it('stands in the Markdown likewise', () => {
    const made = text(input);
    expect(made).toContain('Chart “Distribution of waits”:');
    expect(made).toContain('FROM waits\nWHERE low > $1');
    expect(made).toContain(`parameters \`["17"]\`, 12 rows, result \`${chart.evidence.result_sha256}\``);
  });

  it('of a column stands with the facts of that column', async () => {
    expect(words(await page(reportInput()))).toContain('FROM bins_of_column_5');
    expect(text(reportInput())).toContain('FROM bins_of_column_5');
  });
});

describe('whose clock local times are', () => {
  const opening = (kind: 'timestamp' | 'timestamptz', roles = dataset().roles) => {
    const columns = COLUMNS.map((column) =>
      column.sql_name === 'START_DT' ? { ...column, type: { kind } } : column,
    );
    const settings = { time_zone: 'Europe/Berlin' };
    const outcomes = [{ ...outcome('analysis_waits', { findings: [waitFinding()] }), settings }];
    return text({ ...reportInput({ outcomes }), ...dataset(columns), roles }).split('## Findings')[0];
  };

  it('is said at the top where the starts have no zone, and nowhere else', () => {
    const claim = 'readings of the clock of Europe/Berlin';
    expect(opening('timestamp')).toContain(claim);
    expect(opening('timestamptz')).not.toContain(claim);
    expect(opening('timestamp', { ...dataset().roles, bindings: [] })).not.toContain(claim);
  });
});

describe('a role that is less than sure', () => {
  const unsure: RoleBinding = {
    role: 'started_at',
    sql_name: 'START_DT',
    confidence: 0.47,
    source: 'inferred',
    reasons: [],
  };
  const notice =
    /To be checked: started_at was taken to be the column START_DT \(confidence 47.%\)\. Findings that use it stand or fall with that\./;

  it('is told under the lead, in both readable forms', async () => {
    const html = await page(withBinding(unsure));
    const head = html.slice(html.indexOf('<header>'), html.indexOf('</header>'));
    expect(words(head)).toMatch(
      /To be checked: started_at was taken to be the column START_DT \(confidence 47.%\)/,
    );
    const opening = unmarked(text(withBinding(unsure)).split('## Findings')[0] ?? '');
    expect(opening).toMatch(notice);
  });

  it.each<[string, RoleBinding]>([
    ['named by a flag', { ...unsure, source: 'flag' }],
    ['at 0.7', { ...unsure, confidence: 0.7 }],
    ['one that several columns have', { ...unsure, role: 'measure' }],
  ])('is not told of where it is %s', async (_, binding) => {
    expect(await page(withBinding(binding))).not.toContain('To be checked');
    expect(text(withBinding(binding))).not.toContain('To be checked');
  });
});

describe('settings in force', () => {
  const input = reportInput({
    outcomes: [{ ...outcome('analysis_waits'), settings: { threshold_s: 60, watchdogs: ['A'] } }],
  });

  it('stand in the document and beside the analysis', async () => {
    expect(buildReport(input).plugins[0]?.settings).toEqual({ threshold_s: 60, watchdogs: ['A'] });
    for (const made of [words(await page(input)), text(input)]) {
      expect(made).toContain('threshold_s = 60');
      expect(made).toMatch(/watchdogs = \[(?:"|&quot;)A(?:"|&quot;)\]/);
    }
  });
});

describe('the period', () => {
  it('of instants says that its days are those of UTC', async () => {
    const column = { name: 'AT', sql_name: 'AT', type: { kind: 'timestamptz' } } as const;
    const facts = {
      ...columnFacts(column),
      fields: {
        minimum: { value: '2024-12-31T22:30:00.000000Z' },
        maximum: { value: '2025-01-02T22:30:00.000000Z' },
      },
    };
    const base = dataset([column]);
    const binding: RoleBinding = {
      role: 'event_timestamp',
      sql_name: 'AT',
      confidence: 1,
      source: 'inferred',
      reasons: [],
    };
    const roles = { ...base.roles, bindings: [binding] };
    const input = reportInput({
      ...base,
      roles,
      outcomes: [outcome('profile_basic', { findings: [facts] }, { type: 'profile' })],
    });
    const html = words(await page(input));
    expect(html).toContain('from 2024-12-31 to 2025-01-02 (column AT; days and times are UTC)');
    expect(html).toContain('period by AT, in UTC');
    expect(text(input)).toContain('days and times are UTC');
  });

  it('of times without zone says nothing of UTC, and is a tile of its own', async () => {
    const html = words(await page(reportInput()));
    expect(html).toContain('period by QUEUE_DT 2025-01-01 to 2025-03-31');
    expect(html).not.toContain('days and times are UTC');
    expect(html).not.toContain('of cells missing');
  });
});

describe('nothing to report', () => {
  const needs = { roles: [['started_at'], ['queued_at', 'eligible_at']], column_types: [], min_rows: 0 };
  const bare = reportInput({
    roles: { schema_version: 'role_map.v1', bindings: [] },
    outcomes: [
      outcome('profile_basic', {}, { type: 'profile', title: 'What each column holds' }),
      {
        manifest: manifest('waits', {
          title: 'Where runs wait',
          needs: { ...needs, roles: [...needs.roles] },
        }),
        status: 'not_applicable',
        reason: 'no column has the role started_at, nor queued_at or eligible_at',
      },
    ],
  });

  it('counts analyses only, and names the profiles apart', async () => {
    for (const made of [words(await page(bare)), unmarked(text(bare))]) {
      expect(made).toContain('No analysis looked at it');
      expect(made).toContain('1 profile described its columns');
      expect(made).toContain('This run holds no facts about single columns.');
      expect(made).not.toMatch(/not profiled|All facts of the/);
      expect(made).not.toContain('That is a result');
      expect(made).toContain('Profiles described the columns: “What each column holds”.');
    }
  });

  it('says in plain words which analysis did not apply, and for want of what', async () => {
    const sentence =
      '“Where runs wait” does not apply. It needs columns for: when it started on a server (started_at); when the run was asked for (queued_at) or when its prerequisites were met (eligible_at). None of the columns was taken for any of that.';
    expect(words(await page(bare))).toContain(sentence);
    expect(unmarked(text(bare))).toContain(sentence);
  });

  it('names only the roles that are wanting where some are there', async () => {
    const some = { ...bare, roles: reportInput().roles };
    const bindings = some.roles.bindings.filter(({ role }) => role !== 'started_at');
    const html = words(await page({ ...some, roles: { ...some.roles, bindings } }));
    expect(html).toContain('None of the columns was taken for started_at.');
  });
});

describe('notes on reading', () => {
  const ofNotes = (notes: string[]) => {
    const base = reportInput();
    const ingest = base.ingest.map((report) => ({
      ...report,
      rejected_rows: 0,
      notes,
      columns: report.columns.map((column) => ({ ...column, markers: [] })),
    }));
    return { ...base, ingest };
  };

  it('are said to be none only where there is none', async () => {
    expect(words(await page(ofNotes([])))).toContain(
      'Nothing had to be assumed or repaired when the table was read.',
    );
    expect(words(await page(ofNotes(['AMOUNT looks numeric, kept as text'])))).not.toContain(
      'Nothing had to be',
    );
    expect(text(ofNotes(['AMOUNT looks numeric, kept as text']))).not.toContain('Nothing had to be');
  });

  it('are counted and the first of them in full view', async () => {
    const html = await page(ofNotes(Array.from({ length: 9 }, (_, i) => `note ${i + 1}`)));
    const quality = html.slice(html.indexOf('id="quality"'), html.indexOf('id="roles"'));
    const open = quality.slice(0, quality.indexOf('<details'));
    expect(words(open)).toContain('9 notes on how the table was read , the first 6:');
    expect(open).toContain('note 6');
    expect(open).not.toContain('note 7');
    expect(quality).toContain('note 9');
  });
});

describe('names of columns', () => {
  const twice = reportInput({
    ...dataset([
      { name: 'AMOUNT', sql_name: 'AMOUNT', type: { kind: 'text' } },
      { name: 'AMOUNT', sql_name: 'AMOUNT_2', type: { kind: 'integer' } },
      { name: '', sql_name: 'C3', type: { kind: 'integer' } },
      { name: 'processQueue:ITEM_ID', sql_name: 'p', type: { kind: 'integer' } },
    ]),
    outcomes: [],
  });

  it('have their SQL name beside them where a header occurs twice, and only there', async () => {
    for (const made of [words(await page(twice)), unmarked(text(twice))]) {
      expect(made).toContain('AMOUNT (in SQL: AMOUNT)');
      expect(made).toContain('AMOUNT (in SQL: AMOUNT_2)');
      expect(made).not.toContain('in SQL: p)');
    }
    expect(words(await page(twice))).toContain(' C3 ');
  });

  it('break between their words, and inside a word only where it is very long', async () => {
    expect(await page(twice)).toContain('process<wbr>Queue:<wbr>ITEM_<wbr>ID');
    const long = reportInput({
      ...dataset([{ name: 'x'.repeat(60), sql_name: 'x', type: { kind: 'text' } }]),
      outcomes: [],
    });
    expect(await page(long)).toContain(`${'x'.repeat(28)}<wbr>${'x'.repeat(28)}<wbr>xxxx`);
  });
});

describe('a number', () => {
  const claim = (title: string) =>
    reportInput({
      outcomes: [
        outcome('a', {
          findings: [
            finding({
              kind: 'k',
              title,
              estimate: { name: 'over_threshold_wait', value: 36_000, unit: 's' },
            }),
          ],
        }),
      ],
    });

  it('is large under the title only where the title does not hold it', async () => {
    expect(await page(claim('Runs wait 10\u202fh in all'))).not.toContain('class="figure"');
    expect(await page(claim('Runs wait long'))).toMatch(/<strong[^>]*>10\u202fh<\/strong>/);
    expect(text(claim('Runs wait 10\u202fh in all'))).not.toContain('**10\u202fh**');
    expect(text(claim('Runs wait long'))).toContain('over-threshold wait: **10\u202fh**');
  });

  it('is not taken for a part of a longer one', () => {
    expect(holdsNumber('it took 110\u202fh', '10\u202fh')).toBe(false);
    expect(holdsNumber('it took 10\u202fh 5\u202fmin', '10\u202fh')).toBe(false);
    expect(holdsNumber('it took 10\u202fhours', '10\u202fh')).toBe(false);
    expect(holdsNumber('12.5 or so', '12')).toBe(false);
    expect(holdsNumber('12', '')).toBe(false);
    expect(holdsNumber('it took 110\u202fh, then 10\u202fh.', '10\u202fh')).toBe(true);
  });

  it('is called as its plugin calls it in sentences', () => {
    expect(plainName('over_threshold_wait_in_close')).toBe('over-threshold wait in close');
    expect(plainName('mean_duration')).toBe('mean duration');
  });
});

describe('a chart in a finding', () => {
  const widthOf = (html: string) => Number(/<figure id="c1"><svg[^>]* width="(\d+)"/.exec(html)?.[1]);

  it('goes across the card whatever width its plugin gave, with text of at least 13 pixels', async () => {
    const html = await page(reportInput());
    expect(widthOf(html)).toBe(860);
    const figure = /<figure id="c1">.*?<\/svg>/s.exec(html)?.[0] ?? '';
    const sizes = [...figure.matchAll(/font-size="([\d.]+)px"/g)].map((match) => Number(match[1]));
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(13);
  });

  it('keeps its own size where it shows several views', async () => {
    const spec = {
      data: { values: [{ a: 1 }] },
      hconcat: [1, 2].map(() => ({
        mark: 'bar',
        width: 90,
        encoding: { x: { field: 'a', type: 'quantitative' } },
      })),
    };
    const html = await page(
      reportInput({
        outcomes: [
          outcome('analysis_waits', { findings: [waitFinding()], charts: [histogram('waits', { spec })] }),
        ],
      }),
    );
    expect(widthOf(html)).toBeLessThan(400);
  });
});
