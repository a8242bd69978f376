/**
 * How charts look. Colours are variables of the page, so that one drawing suits light, dark and high contrast;
 * widths of text are estimated, so that no font of the machine can move anything.
 */
export const CHART_THEME = {
  background: null,
  aria: false,
  padding: 4,
  locale: { number: { decimal: '.', thousands: '\u202f', grouping: [3], currency: ['', ''] } },
  font: 'sans-serif',
  view: {
    stroke: null,
    continuousWidth: 560,
    continuousHeight: 200,
    discreteWidth: 560,
    discreteHeight: { step: 20 },
  },
  mark: { color: 'var(--series-1)' },
  bar: { binSpacing: 1 },
  line: { strokeWidth: 2 },
  rule: { color: 'currentColor' },
  text: { color: 'currentColor', fontSize: 13 },
  boxplot: {
    median: { color: 'var(--paper)' },
    rule: { color: 'var(--series-1)' },
    ticks: { color: 'var(--series-1)' },
  },
  axis: {
    domainColor: 'var(--line-strong)',
    gridColor: 'var(--line)',
    tickColor: 'var(--line-strong)',
    labelColor: 'var(--quiet)',
    titleColor: 'var(--quiet)',
    labelFontSize: 13,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    labelLimit: 220,
  },
  axisX: { grid: false, labelOverlap: true },
  legend: {
    labelColor: 'currentColor',
    titleColor: 'var(--quiet)',
    orient: 'top',
    labelFontSize: 13,
    titleFontSize: 13,
    labelLimit: 400,
    titleFontWeight: 'normal',
  },
  header: { labelColor: 'currentColor', titleColor: 'var(--quiet)' },
  title: { color: 'currentColor', subtitleColor: 'var(--quiet)', fontSize: 13, anchor: 'start' },
  range: {
    category: [1, 2, 3, 4, 5, 6].map((n) => `var(--series-${n})`),
    ordinal: { scheme: 'blues' },
    heatmap: { scheme: 'blues' },
    ramp: { scheme: 'blues' },
  },
} as const;

/** Least size of a chart that stands on its own, with its axes: nine tenths of a card on a wide screen. */
export const FULL = { width: 860, height: 220, step: 22 } as const;

/** Size of a chart that stands in a table's cell. */
export const SPARK = { width: 112, height: 26 } as const;
