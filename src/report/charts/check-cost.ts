/**
 * What a spec may cost to draw. A spec comes from a plugin and is drawn by the engine itself: a few bytes of it can ask
 * for a billion ticks, bins or panels.
 */
const MAX_NODES = 5000;
const MAX_TEXT = 10_000;
const MAX_VIEWS = 20;
const MAX_PANELS = 100;
const MAX_DRAWN = 50_000;
const BOUNDS: Readonly<Record<string, readonly [number, number]>> = {
  tickCount: [0, 50],
  maxbins: [1, 100],
  step: [1, 500],
  base: [2, 100],
};
const PANELS = ['row', 'column', 'facet'];
/** `d3-format` fills up to the width that a format names. */
const WIDE_FORMAT = /\d{3}/;

type Row = Readonly<Record<string, unknown>>;

interface Cost {
  nodes: number;
  views: number;
  panels: number;
  /** Each fold of columns into rows multiplies them. */
  rows: number;
  problem: string | undefined;
}

/** Why drawing a spec (without its data, with its transforms) over these rows would take too long or too much; undefined if it does not. */
export function chartCostProblem(spec: Row, rows: readonly Row[]): string | undefined {
  const cost: Cost = { nodes: 0, views: 0, panels: 1, rows: rows.length, problem: undefined };
  add(spec, '', cost, rows);
  if (cost.problem !== undefined) return cost.problem;
  if (cost.nodes > MAX_NODES) return `it has more than ${MAX_NODES} members`;
  if (cost.views > MAX_VIEWS) return `it has ${cost.views} views; ${MAX_VIEWS} can be drawn`;
  if (cost.rows > MAX_DRAWN)
    return `it has ${cost.rows} rows once they are folded; ${MAX_DRAWN} can be drawn`;
  return cost.panels > MAX_PANELS ? `it has ${cost.panels} panels; ${MAX_PANELS} can be drawn` : undefined;
}

function add(value: unknown, key: string, cost: Cost, rows: readonly Row[]): void {
  cost.nodes += 1;
  cost.problem ??= valueProblem(key, value);
  if (key === 'mark') cost.views += 1;
  if (typeof value !== 'object' || value === null) return;
  if (key === 'fold' && Array.isArray(value)) cost.rows *= value.length;
  if (PANELS.includes(key)) cost.panels *= distinct(Reflect.get(value, 'field'), rows);
  if (key === 'bin') {
    for (const part of ['step', 'base'])
      if (part in value) cost.problem ??= `"bin.${part}" is not allowed in a chart`;
  }
  for (const [name, member] of Object.entries(value)) {
    if (cost.nodes > MAX_NODES) return;
    add(member, Array.isArray(value) ? '' : name, cost, rows);
  }
}

function valueProblem(key: string, value: unknown): string | undefined {
  if (typeof value === 'string') {
    if (value.length > MAX_TEXT) return `"${key}" is longer than ${MAX_TEXT} characters`;
    if (key === 'format' && WIDE_FORMAT.test(value)) return `"format" names a width of three digits`;
  }
  const bounds = Object.hasOwn(BOUNDS, key) ? BOUNDS[key] : undefined;
  if (bounds === undefined) return undefined;
  const [low, high] = bounds;
  const fits = typeof value === 'number' && value >= low && value <= high;
  return fits ? undefined : `"${key}" must be a number from ${low} to ${high}`;
}

/** How many values a column has at most; of one that the spec computes nobody knows. */
function distinct(field: unknown, rows: readonly Row[]): number {
  const name = String(field);
  const known = rows.some((row) => Object.hasOwn(row, name));
  return Math.max(1, known ? new Set(rows.map((row) => row[name])).size : rows.length);
}
