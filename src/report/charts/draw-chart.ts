import type { TopLevelSpec } from 'vega-lite';
import { messageOf } from '../../base/index.ts';
import type { Chart } from '../../contract/index.ts';
import { chartSpecProblem, dataRows, isRecord } from './check-spec.ts';
import { cleanSvg } from './clean-svg.ts';
import { fieldUses, inUtc, withTypedCells } from './in-utc.ts';
import { CHART_THEME, FULL, SPARK } from './theme.ts';

/** A chart as inline SVG, or why there is none. */
export type Drawing =
  | { readonly ok: true; readonly svg: string }
  | { readonly ok: false; readonly reason: string };

export interface DrawOptions {
  /** Unique in the page; prefix of the ids inside. */
  readonly id: string;
  /** Small, without axes, to stand in a table's cell. */
  readonly spark?: boolean;
}

/**
 * Draws a chart as SVG: Vega-Lite compiled, Vega run without code generation, nothing fetched, times in UTC, text
 * measured by estimate. The same chart gives the same bytes on every machine.
 */
export async function drawChart(chart: Chart, options: DrawOptions): Promise<Drawing> {
  const problem = chartSpecProblem(chart.spec);
  if (problem !== undefined) return { ok: false, reason: problem };
  try {
    const svg = await toSvg(complete(chart.spec, options.spark === true));
    const description = options.spark === true ? '' : chart.alternative;
    const title = options.spark === true ? chart.alternative : chart.title;
    return { ok: true, svg: cleanSvg(svg, { id: options.id, title, description }) };
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  }
}

/** The spec as Vega-Lite gets it: rows with instants, UTC, the house's theme, no title (the page has it). */
function complete(spec: Readonly<Record<string, unknown>>, spark: boolean): Record<string, unknown> {
  const { data, title: _title, $schema: _schema, ...rest } = spec;
  const rows = withTypedCells(dataRows(data) ?? [], fieldUses(rest));
  const look = spark
    ? { ...withoutAxes(inUtc(rest)), ...SPARK, padding: 0, autosize: 'none' }
    : acrossTheCard(inUtc(rest));
  return { ...look, data: { values: rows }, config: CHART_THEME };
}

/** One view as wide as a card allows, whatever width its plugin gave; several views side by side are left as they are. */
function acrossTheCard(spec: Record<string, unknown>): Record<string, unknown> {
  const encoding = isRecord(spec['encoding']) ? spec['encoding'] : {};
  const several = ['hconcat', 'vconcat', 'concat'].some((key) => key in spec);
  if (several || ['row', 'column', 'facet'].some((key) => key in encoding)) return spec;
  const autosize = { type: 'fit-x', contains: 'padding' };
  return { ...spec, width: FULL.width, height: atLeast(spec['height']), autosize };
}

function atLeast(height: unknown): unknown {
  if (isRecord(height)) return { ...height, step: Math.max(Number(height['step'] ?? 0), FULL.step) };
  return typeof height === 'number' ? Math.max(height, FULL.height) : height;
}

function withoutAxes(spec: Record<string, unknown>): Record<string, unknown> {
  const encoding = isRecord(spec['encoding']) ? spec['encoding'] : {};
  const bare = Object.entries(encoding).map(([channel, definition]) => {
    if (!isRecord(definition)) return [channel, definition];
    if (channel === 'x' || channel === 'y') return [channel, { ...definition, axis: null }];
    return [
      channel,
      channel === 'color' || channel === 'size' ? { ...definition, legend: null } : definition,
    ];
  });
  return { ...spec, encoding: Object.fromEntries(bare) };
}

async function toSvg(spec: Record<string, unknown>): Promise<string> {
  const { vega, compile, expressionInterpreter } = await libraries();
  const warnings = vega.logger(vega.None);
  // Only what chartSpecProblem lets through gets here; Vega-Lite has no narrower type for a spec that came as data.
  const compiled = compile(spec as unknown as TopLevelSpec, { logger: warnings }).spec;
  const runtime = vega.parse(compiled, undefined, { ast: true });
  const view = new vega.View(runtime, {
    renderer: 'none',
    expr: expressionInterpreter,
    loader: REFUSING_LOADER,
    logger: warnings,
  });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** Vega asks it for every file and address; there are none. */
const REFUSING_LOADER = {
  options: {},
  load: refuse,
  sanitize: refuse,
  http: refuse,
  file: refuse,
};

async function refuse(): Promise<never> {
  throw new Error('a chart may not load anything');
}

/** Begins to load what charts are drawn with, while there is something else to wait for; drawing says what fails. */
export function prepareToDraw(): void {
  libraries().catch(() => undefined);
}

/** Loaded when they are needed: they take a part of a second, which other commands need not wait for. */
async function libraries() {
  const [vega, { compile }, { expressionInterpreter }] = await Promise.all([
    import('vega'),
    import('vega-lite'),
    import('vega-interpreter'),
  ]);
  estimateTextWidths(vega);
  return { vega, compile, expressionInterpreter };
}

/** Turns off measuring by a native canvas, where one is installed. Vega exports the switch but doesn't type it. */
function estimateTextWidths(vega: object): void {
  const metrics: unknown = Reflect.get(vega, 'textMetrics');
  const canvas: unknown = isRecord(metrics) ? metrics['canvas'] : undefined;
  if (typeof canvas !== 'function') throw new Error('Vega no longer exports textMetrics');
  canvas(false);
}
