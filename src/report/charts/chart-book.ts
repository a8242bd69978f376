import type { Chart, Report } from '../../contract/index.ts';
import { chartsByName, type Outline } from '../outline.ts';
import { type Drawing, drawChart } from './draw-chart.ts';

/** A chart, its drawing, and the label under which the page shows it once. */
export interface BookedChart {
  readonly chart: Chart;
  readonly drawing: Drawing;
  readonly label: string;
}

/** Every drawing of a page, made before the page is put together. */
export interface ChartBook {
  /** The drawing of a finding's chart; undefined where no plugin made a chart of that name. */
  chart(pluginId: string, name: string): BookedChart | undefined;
  /** The small histogram of a column, by its name in SQL. */
  spark(sqlName: string): Drawing | undefined;
}

const NO_ROOM: Drawing = { ok: false, reason: 'left out to keep this file small' };

/** Draws charts in rank order until the bytes are used up; what is left out says so. */
export async function drawCharts(
  report: Report,
  outline: Outline,
  budget: { readonly charts: number; readonly sparks: number },
): Promise<ChartBook> {
  const charts = chartsByName(report);
  const keys = citedCharts(outline).filter((key) => charts.has(key));
  const drawn = await drawAll(
    keys.flatMap((key) => {
      const chart = charts.get(key);
      return chart === undefined ? [] : [{ key, chart }];
    }),
    { prefix: 'c', spark: false, bytes: budget.charts },
  );
  const sparks = await drawAll(
    outline.columns.flatMap(({ column, chart }) =>
      chart ? [{ key: column.sql_name, chart: chart.chart }] : [],
    ),
    { prefix: 'h', spark: true, bytes: budget.sparks },
  );
  return {
    chart: (pluginId, name) => {
      const chart = charts.get(`${pluginId}/${name}`);
      const label = `c${keys.indexOf(`${pluginId}/${name}`) + 1}`;
      return chart && { chart, label, drawing: drawn.get(`${pluginId}/${name}`) ?? NO_ROOM };
    },
    spark: (sqlName) => sparks.get(sqlName),
  };
}

/** Charts that claims cite, as `plugin/name`, in rank order, each once. */
function citedCharts({ claims }: Outline): string[] {
  const keys = claims.flatMap((finding) => {
    const names = [...finding.charts, ...finding.items.flatMap((item) => item.charts)];
    return names.map((name) => `${finding.plugin_id}/${name}`);
  });
  return [...new Set(keys)];
}

async function drawAll(
  list: readonly { readonly key: string; readonly chart: Chart }[],
  options: { readonly prefix: string; readonly spark: boolean; readonly bytes: number },
): Promise<ReadonlyMap<string, Drawing>> {
  const drawings = new Map<string, Drawing>();
  let room = options.bytes;
  for (const [index, { key, chart }] of list.entries()) {
    if (room <= 0) break;
    const drawing = await drawChart(chart, { id: `${options.prefix}${index + 1}`, spark: options.spark });
    const size = drawing.ok ? Buffer.byteLength(drawing.svg) : 0;
    drawings.set(key, size > room ? NO_ROOM : drawing);
    room -= size;
  }
  return drawings;
}
