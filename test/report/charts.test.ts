import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cleanSvg, escapeXml } from '../../src/report/charts/clean-svg.ts';
import { drawChart } from '../../src/report/charts/draw-chart.ts';
import { chartSpecProblem } from '../../src/report/index.ts';
import { histogram } from './documents.ts';

const bar = histogram('waits').spec;
const rows = { values: [{ a: 1, b: 2 }] };
const encoding = { x: { field: 'a', type: 'quantitative' }, y: { field: 'b', type: 'quantitative' } };

describe('a chart spec', () => {
  it('that holds its rows and plain encodings is drawn', () => {
    expect(chartSpecProblem(bar)).toBeUndefined();
    expect(
      chartSpecProblem({
        data: rows,
        layer: [
          { mark: 'line', encoding },
          { mark: 'rule', encoding },
        ],
      }),
    ).toBeUndefined();
  });

  it.each([
    [
      'ticks',
      { mark: 'point', encoding: { x: { field: 'a', axis: { tickCount: 1e9 } } } },
      '"tickCount" must',
    ],
    [
      'an instant each',
      { mark: 'point', encoding: { x: { field: 'a', axis: { tickCount: 'second' } } } },
      '"tickCount" must',
    ],
    ['bins', { mark: 'bar', encoding: { x: { field: 'a', bin: { maxbins: 1e9 } } } }, '"maxbins" must'],
    [
      'bins by width',
      { mark: 'bar', encoding: { x: { field: 'a', bin: { step: 1 } } } },
      '"bin.step" is not',
    ],
    [
      'powers',
      { mark: 'bar', encoding: { x: { field: 'a', scale: { type: 'log', base: 1.0000001 } } } },
      '"base" must',
    ],
    ['width', { mark: 'bar', width: { step: 1e9 }, encoding }, '"step" must'],
    [
      'digits',
      { mark: 'bar', encoding: { x: { field: 'a', axis: { format: '0999999999d' } } } },
      '"format" names',
    ],
    [
      'dashes',
      { mark: 'line', encoding: { strokeDash: { value: Array(10_000).fill(1) } } },
      'more than 5000 members',
    ],
    ['layers', { layer: Array(21).fill({ mark: 'bar', encoding }) }, 'it has 21 views'],
    [
      'panels',
      { mark: 'bar', encoding: { row: { field: 'i' }, column: { field: 'i' } } },
      'it has 40000 panels',
    ],
    [
      'panels of a new column',
      { mark: 'bar', transform: [{ calculate: 'datum.i', as: 'j' }], encoding: { row: { field: 'j' } } },
      'it has 200 panels',
    ],
    [
      'folds',
      { mark: 'bar', transform: [{ fold: Array(20).fill('a') }, { fold: Array(20).fill('a') }], encoding },
      'it has 80000 rows once',
    ],
    [
      'gaps filled',
      { mark: 'line', encoding: { y: { field: 'a', impute: { value: 0 } } } },
      'impute" is not allowed',
    ],
  ])('whose drawing would have no end of %s is not drawn', (_, spec, problem) => {
    const values = Array.from({ length: 200 }, (_row, i) => ({ a: 1, b: 2, i }));
    expect(chartSpecProblem({ data: { values }, ...spec })).toContain(problem);
  });

  it('may compute a column or choose rows from the row alone', () => {
    const transform = [
      { calculate: 'datum.seconds / 3600', as: 'hours' },
      { filter: "datum.kind !== 'none' && datum['a'] > 0" },
    ];
    expect(chartSpecProblem({ data: rows, mark: 'bar', transform, encoding })).toBeUndefined();
  });

  it.each([
    ['data from an address', { data: { url: 'https://example.org/x.csv' }, mark: 'bar' }],
    ['data by name', { data: { name: 'source' }, mark: 'bar' }],
    ['data in a layer', { data: rows, layer: [{ mark: 'bar', data: { url: 'file:///etc/passwd' } }] }],
    ['an image mark', { data: rows, mark: 'image', encoding }],
    [
      'an image mark with options',
      { data: rows, mark: { type: 'image', url: 'https://example.org' }, encoding },
    ],
    ['a link', { data: rows, mark: 'bar', encoding: { ...encoding, href: { field: 'a' } } }],
    ['an address channel', { data: rows, mark: 'point', encoding: { url: { field: 'a' } } }],
    ['an expression', { data: rows, mark: 'bar', encoding: { x: { value: { expr: 'now()' } } } }],
    ['a signal', { data: rows, mark: 'bar', params: [{ name: 'p', expr: 'random()' }] }],
    [
      'a label expression',
      { data: rows, mark: 'bar', encoding: { x: { field: 'a', axis: { labelExpr: 'now()' } } } },
    ],
    ['a lookup', { data: rows, mark: 'bar', transform: [{ lookup: 'a', from: { data: { url: 'x' } } }] }],
    [
      'a function in a transform',
      { data: rows, mark: 'bar', transform: [{ calculate: 'random()', as: 'r' }] },
    ],
    [
      'a function on the row',
      { data: rows, mark: 'bar', transform: [{ calculate: 'datum.a.constructor("x")', as: 'r' }] },
    ],
    ['a variable in a transform', { data: rows, mark: 'bar', transform: [{ filter: 'event' }] }],
    [
      'its own configuration',
      { data: rows, mark: 'bar', config: { background: 'url(https://example.org)' } },
    ],
    ['a size from its surroundings', { data: rows, mark: 'bar', width: 'container' }],
    ['a huge size', { data: rows, mark: 'bar', width: 1e9 }],
    ['too many rows', { data: { values: Array.from({ length: 5001 }, () => ({ a: 1 })) }, mark: 'bar' }],
  ])('with %s is refused, with the reason', async (_what, spec) => {
    expect(chartSpecProblem(spec)).toMatch(/./);
    expect(await drawChart(histogram('x', { spec }), { id: 'c1' })).toMatchObject({ ok: false });
  });
});

describe('a drawing', () => {
  it('has a title and a description, no foreign reference, no inline style, and follows the theme', async () => {
    const drawing = await drawChart(histogram('waits'), { id: 'c1' });
    const svg = drawing.ok ? drawing.svg : drawing.reason;
    expect(svg).toContain('<title id="c1-t">Distribution of waits</title>');
    expect(svg).toContain('<desc id="c1-d">Histogram of waits');
    expect(svg).toContain('fill="var(--series-1)"');
    expect(svg).not.toMatch(/href|<style|style=|<script|<image|https?:|font-family|#[0-9a-f]{6}/);
  });

  it('in a table is small and has its description as its name', async () => {
    const drawing = await drawChart(histogram('waits'), { id: 'h1', spark: true });
    const svg = drawing.ok ? drawing.svg : drawing.reason;
    expect(svg.length).toBeLessThan(1000);
    expect(svg).toContain('<title id="h1-t">Histogram of waits');
  });

  it('escapes what stands in the data', async () => {
    const values = [
      { a: '<script>alert(1)</script>', b: 2 },
      { a: '"><img src=x onerror=alert(1)>', b: 3 },
    ];
    const spec = {
      data: { values },
      mark: 'bar',
      encoding: { x: { field: 'a', type: 'nominal' }, y: { field: 'b', type: 'quantitative' } },
    };
    const drawing = await drawChart(histogram('x', { spec }), { id: 'c1' });
    const svg = drawing.ok ? drawing.svg : drawing.reason;
    expect(svg).toContain('&lt;script&gt;');
    expect(svg).not.toMatch(/<script|<img/);
  });

  it('is the same whatever was drawn before it', async () => {
    const clipped = { ...bar, mark: { type: 'bar', clip: true } };
    const first = await drawChart(histogram('x', { spec: clipped }), { id: 'c1' });
    await drawChart(histogram('y', { spec: clipped }), { id: 'c2' });
    expect(await drawChart(histogram('x', { spec: clipped }), { id: 'c1' })).toEqual(first);
    expect(first.ok && first.svg).toContain('url(#c1-1)');
  });

  it('has the same bytes in every time zone and locale', () => {
    const draw = `
      const { drawChart } = await import('./src/report/charts/draw-chart.ts');
      const values = [{ t: '2025-03-30T00:30:00.000000', n: 1 }, { t: '2025-06-01T23:59:59', n: 4000 }, { t: '2025-10-26', n: 2 }];
      const spec = { data: { values }, mark: 'line', encoding: { x: { field: 't', type: 'temporal', timeUnit: 'yearmonthdate' }, y: { field: 'n', type: 'quantitative' } } };
      const drawing = await drawChart({ name: 'x', title: 't', alternative: 'a', spec, evidence: {} }, { id: 'c1' });
      process.stdout.write(drawing.ok ? drawing.svg : 'not drawn: ' + drawing.reason);`;
    const zones = [
      { TZ: 'UTC', LC_ALL: 'C' },
      { TZ: 'America/New_York', LC_ALL: 'de_DE.UTF-8' },
      { TZ: 'Asia/Kathmandu', LC_ALL: 'ar_EG.UTF-8' },
    ];
    const drawn = zones.map((env) => {
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', draw], {
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });
      return stdout === '' ? stderr : stdout;
    });
    expect(drawn[0]).toMatch(/^<svg/);
    expect(new Set(drawn).size).toBe(1);
  });
});

describe('cleaning an SVG', () => {
  const label = { id: 'x', title: 'T', description: '' };
  const inner = (svg: string) =>
    cleanSvg(svg, label)
      .replace(/^<svg[^>]*><title[^>]*>T<\/title>/, '')
      .replace(/<\/svg>$/, '');

  it.each([
    ['scripts', '<svg><script>alert(1)</script></svg>', ''],
    ['links', '<svg><a href="https://example.org"><path d="M0,0h1"/></a></svg>', ''],
    ['images', '<svg><image href="https://example.org"/></svg>', ''],
    ['styles', '<svg><style>*{}</style><path d="M0,0h1" style="fill:url(x)"/></svg>', '<path d="M0,0h1"/>'],
    ['event handlers', '<svg><path d="M0,0h1" onclick="alert(1)"/></svg>', '<path d="M0,0h1"/>'],
    [
      'colours that are addresses',
      '<svg><path d="M0,0h1" fill="url(https://example.org#a)"/></svg>',
      '<path d="M0,0h1"/>',
    ],
    [
      'what is not shown',
      '<svg><g display="none"><path d="M0,0h1"/></g><path d="M0,0h1" opacity="0"/></svg>',
      '',
    ],
  ])('leaves out %s', (_what, svg, expected) => {
    expect(inner(svg)).toBe(expected);
  });

  it('joins like shapes and rounds to two decimals', () => {
    const svg =
      '<svg><g><path d="M0.123456,0h1Z" fill="red"/><path d="M2,0h1Z" fill="red"/><path d="M4,0Z" fill="blue"/></g></svg>';
    expect(inner(svg)).toBe('<path d="M0.12,0h1ZM2,0h1Z" fill="red"/><path d="M4,0Z" fill="blue"/>');
  });

  it('refuses what is not well-formed', () => {
    expect(() => inner('<svg><g></svg>')).toThrow(/unbalanced/);
    expect(() => inner('<svg><path d="M0"')).toThrow(/well-formed/);
    expect(() => inner('<p></p>')).toThrow(/SVG/);
  });
});

it('what turns the order of letters is shown, not obeyed', () => {
  expect(escapeXml('well \u202enot\u2066 \u05d0')).toBe('well \ufffdnot\ufffd \u05d0');
});
