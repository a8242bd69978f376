import { chartCostProblem } from './check-cost.ts';

/** Marks that draw shapes and text; nothing that fetches. */
const MARKS = new Set([
  'arc',
  'area',
  'bar',
  'boxplot',
  'circle',
  'errorband',
  'errorbar',
  'line',
  'point',
  'rect',
  'rule',
  'square',
  'text',
  'tick',
  'trail',
]);

const CHANNELS = [
  ...[
    'x',
    'y',
    'x2',
    'y2',
    'xError',
    'yError',
    'xError2',
    'yError2',
    'xOffset',
    'yOffset',
    'theta',
    'theta2',
  ],
  ...[
    'radius',
    'radius2',
    'color',
    'fill',
    'stroke',
    'opacity',
    'fillOpacity',
    'strokeOpacity',
    'strokeWidth',
  ],
  ...['strokeDash', 'size', 'shape', 'angle', 'text', 'order', 'detail', 'row', 'column', 'facet'],
];

/** Every key a spec may have outside its data. No expression, parameter, address or configuration is among them. */
const KEYS = new Set([
  ...[
    '$schema',
    'data',
    'name',
    'description',
    'title',
    'width',
    'height',
    'mark',
    'encoding',
    'layer',
    'columns',
  ],
  ...['hconcat', 'vconcat', 'concat', 'spacing', 'resolve', 'step', 'band', 'subtitle'],
  ...CHANNELS,
  ...[
    'field',
    'type',
    'aggregate',
    'bin',
    'maxbins',
    'binned',
    'timeUnit',
    'unit',
    'utc',
    'stack',
    'sort',
    'value',
  ],
  ...['datum', 'scale', 'axis', 'legend', 'header', 'bandPosition', 'format', 'formatType', 'encoding', 'op'],
  ...['year', 'quarter', 'month', 'date', 'day', 'hours', 'minutes', 'seconds', 'milliseconds'],
  ...[
    'domain',
    'domainMin',
    'domainMax',
    'range',
    'scheme',
    'zero',
    'nice',
    'padding',
    'paddingInner',
    'base',
  ],
  ...[
    'paddingOuter',
    'reverse',
    'clamp',
    'constant',
    'exponent',
    'interpolate',
    'round',
    'align',
    'independent',
  ],
  ...[
    'values',
    'grid',
    'labels',
    'ticks',
    'tickCount',
    'tickMinStep',
    'labelAngle',
    'labelLimit',
    'labelOverlap',
  ],
  ...[
    'labelAlign',
    'labelBaseline',
    'labelPadding',
    'labelFlush',
    'titleAngle',
    'titleAlign',
    'titlePadding',
  ],
  ...[
    'orient',
    'offset',
    'symbolType',
    'columnPadding',
    'rowPadding',
    'direction',
    'tickSize',
    'domainWidth',
  ],
  ...['filled', 'point', 'line', 'rule', 'box', 'median', 'ticks', 'extent', 'binSpacing', 'cornerRadius'],
  ...[
    'cornerRadiusEnd',
    'tension',
    'baseline',
    'dx',
    'dy',
    'fontSize',
    'fontWeight',
    'fontStyle',
    'limit',
    'innerRadius',
  ],
  ...['outerRadius', 'padAngle', 'thickness', 'minBandSize', 'clip', 'strokeCap', 'strokeJoin', 'anchor'],
]);

/** Keys of a transform: a new column, a choice of rows, columns turned into rows. */
const TRANSFORM_KEYS = new Set(['calculate', 'filter', 'fold', 'as']);

/** Parts of an expression that computes with the row alone: no function, no variable, no other access. */
const EXPRESSION_TOKENS =
  /datum\.[A-Za-z_]\w*|datum\['[^'\\]*'\]|\d+(?:\.\d+)?(?:e[+-]?\d+)?|'[^'\\]*'|"[^"\\]*"|\b(?:true|false|null)\b|===?|!==?|<=?|>=?|&&|\|\||[-+*/%?:()!]|\s+/gy;

const MAX_ROWS = 5000;
const MAX_PIXELS = 2000;

/**
 * What stops a Vega-Lite spec from being drawn, or undefined. A spec is data: its rows stand inside it, and it holds
 * no expression, no address, no image and no configuration of its own.
 */
export function chartSpecProblem(spec: Readonly<Record<string, unknown>>): string | undefined {
  const rows = dataRows(spec['data']);
  if (rows === undefined) return 'its data must stand inside it, as {"values": [rows]}';
  if (rows.length > MAX_ROWS) return `it has ${rows.length} rows of data; ${MAX_ROWS} can be drawn`;
  const { data: _data, transform = [], ...rest } = spec;
  return chartCostProblem({ ...rest, transform }, rows) ?? transformProblem(transform) ?? problemIn(rest, '');
}

/** The rows of a spec's own data, or undefined where they are not inside. */
export function dataRows(data: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (!isRecord(data) || Object.keys(data).some((key) => key !== 'values')) return undefined;
  const { values } = data;
  return Array.isArray(values) && values.every(isRecord) ? values : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function transformProblem(transforms: unknown): string | undefined {
  if (!Array.isArray(transforms)) return '"transform" must be a list';
  for (const transform of transforms) {
    if (!isRecord(transform)) return '"transform" must be a list of objects';
    const unknown = Object.keys(transform).find((key) => !TRANSFORM_KEYS.has(key));
    if (unknown !== undefined) return `"transform.${unknown}" is not allowed in a chart`;
    const { calculate = '0', filter = 'true' } = transform;
    if (!isPlainExpression(calculate))
      return '"transform.calculate" may compute with datum and constants only';
    if (!isPlainExpression(filter)) return '"transform.filter" may compute with datum and constants only';
  }
  return undefined;
}

function isPlainExpression(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  let end = 0;
  for (const match of text.matchAll(EXPRESSION_TOKENS)) {
    if (match.index !== end) return false;
    end += match[0].length;
  }
  return end === text.length;
}

function problemIn(value: unknown, path: string): string | undefined {
  if (Array.isArray(value)) return firstProblem(value.map((item, i) => [`${path}[${i}]`, item]));
  if (!isRecord(value)) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`;
    if (!KEYS.has(key)) return `"${here}" is not allowed in a chart`;
    const problem = memberProblem(key, member, here);
    if (problem !== undefined) return problem;
  }
  return firstProblem(
    Object.entries(value).map(([key, member]) => [path === '' ? key : `${path}.${key}`, member]),
  );
}

function memberProblem(key: string, member: unknown, here: string): string | undefined {
  if (key === 'data') return `"${here}": data may stand only once, at the top`;
  if (key === 'mark') {
    const type = isRecord(member) ? member['type'] : member;
    if (typeof type !== 'string' || !MARKS.has(type))
      return `"${here}": no such mark as ${JSON.stringify(type)}`;
  }
  if (
    (key === 'width' || key === 'height') &&
    typeof member === 'number' &&
    !(member > 0 && member <= MAX_PIXELS)
  ) {
    return `"${here}" must be between 1 and ${MAX_PIXELS}`;
  }
  if ((key === 'width' || key === 'height') && typeof member === 'string')
    return `"${here}" must be a number`;
  return undefined;
}

function firstProblem(members: readonly (readonly [string, unknown])[]): string | undefined {
  for (const [path, member] of members) {
    const problem = problemIn(member, path);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
