import { columnLabel, identifier } from '../../src/sdk/index.ts';
import type { Association } from './association.ts';
import { middlesOf, QUARTILES, quartilesSql } from './quartiles.ts';
import { columnOf } from './scores.ts';
import type { Study } from './study.ts';

/** The chart of an association; its name. */
export async function drawChart(study: Study, one: Association, place: number): Promise<string> {
  const name = `association_${place}`;
  switch (one.kind) {
    case 'measures':
      return drawMeasures(study, one, name);
    case 'groups':
      return drawGroups(study, one, name);
    case 'categories':
      return drawCategories(study, one, name);
  }
}

const BINS = 20;

/** The middle half of one measure over equal numbers of rows of the other. */
async function drawMeasures(study: Study, { a, b, n }: Association, name: string): Promise<string> {
  const [x, y] = [identifier(columnOf(a)), identifier(columnOf(b))];
  const query = await study.ctx.query(
    `WITH rows_of_both AS (SELECT ${x} AS x, ${y} AS y, ntile(${BINS}) OVER in_order AS bin, row_number() OVER in_order AS place
FROM data WHERE ${x} IS NOT NULL AND ${y} IS NOT NULL WINDOW in_order AS (ORDER BY ${x}, _sh_part, _sh_row_number))
SELECT bin, x_median, ${QUARTILES}, n FROM (
  SELECT bin, max(x) FILTER (WHERE place IN (${middlesOf(n, BINS).join(', ')})) AS x_median, ${quartilesSql('y')}, count(*) AS n
  FROM rows_of_both GROUP BY bin) AS bins
ORDER BY bin`,
  );
  const [left, right] = [columnLabel(study.ctx, a), columnLabel(study.ctx, b)];
  return study.ctx.chart({
    name,
    title: `${right} over ${left}`,
    alternative: `Median of ${right} and its middle half, over equal numbers of rows in order of ${left}.`,
    query,
    spec: {
      encoding: { x: { field: 'x_median', type: 'quantitative', title: left, scale: { zero: false } } },
      layer: [
        {
          mark: { type: 'area', opacity: 0.25 },
          encoding: {
            y: { field: 'lower_quartile', type: 'quantitative', title: right, scale: { zero: false } },
            y2: { field: 'upper_quartile' },
          },
        },
        {
          mark: { type: 'line', point: true },
          encoding: { y: { field: 'median', type: 'quantitative', title: right } },
        },
      ],
    },
  });
}

const MOST_LEVELS = 20;

/** The middle half of a measure in each level, the largest levels. */
async function drawGroups(study: Study, { a, b }: Association, name: string): Promise<string> {
  const [c, x] = [identifier(a.sqlName), identifier(columnOf(b))];
  const query = await study.ctx.query(
    `SELECT name, n, ${QUARTILES} FROM (
  SELECT CAST(${c} AS VARCHAR) AS name, count(*) AS n, ${quartilesSql(x)}
  FROM data WHERE ${c} IS NOT NULL AND ${x} IS NOT NULL GROUP BY CAST(${c} AS VARCHAR)) AS quartiles
ORDER BY n DESC, name LIMIT ${MOST_LEVELS}`,
  );
  const [left, right] = [columnLabel(study.ctx, a), columnLabel(study.ctx, b)];
  const y = {
    field: 'name',
    type: 'nominal',
    title: left,
    sort: { field: 'median', op: 'max', order: 'descending' },
  };
  return study.ctx.chart({
    name,
    title: `${right} by ${left}`,
    alternative: `For each of the largest levels of ${left}: the middle half of ${right} as a bar, its median as a mark.`,
    query,
    spec: {
      height: { step: 20 },
      encoding: { y },
      layer: [
        {
          mark: { type: 'bar', opacity: 0.35 },
          encoding: {
            x: { field: 'lower_quartile', type: 'quantitative', title: right, scale: { zero: false } },
            x2: { field: 'upper_quartile' },
          },
        },
        {
          mark: { type: 'tick', thickness: 3 },
          encoding: { x: { field: 'median', type: 'quantitative', title: right } },
        },
      ],
    },
  });
}

/** How the rows of each level of one category are spread over the levels of the other, the largest levels of both. */
async function drawCategories(study: Study, { a, b }: Association, name: string): Promise<string> {
  const [x, y] = [identifier(a.sqlName), identifier(b.sqlName)];
  const largest = (column: string) =>
    `(SELECT v FROM (SELECT CAST(${column} AS VARCHAR) AS v, count(*) AS n FROM data WHERE ${column} IS NOT NULL GROUP BY v) AS c ORDER BY n DESC, v LIMIT ${MOST_LEVELS})`;
  const query = await study.ctx.query(
    `WITH cells AS (SELECT CAST(${x} AS VARCHAR) AS first_level, CAST(${y} AS VARCHAR) AS second_level, count(*) AS n
FROM data WHERE ${x} IS NOT NULL AND ${y} IS NOT NULL GROUP BY ALL),
totals AS (SELECT first_level, sum(n) AS total FROM cells GROUP BY first_level)
SELECT cells.first_level, cells.second_level, cells.n, 100 * cells.n / totals.total AS percent
FROM cells JOIN totals ON cells.first_level = totals.first_level
WHERE cells.first_level IN ${largest(x)} AND cells.second_level IN ${largest(y)}`,
  );
  const [left, right] = [columnLabel(study.ctx, a), columnLabel(study.ctx, b)];
  return study.ctx.chart({
    name,
    title: `${right} within ${left}, in per cent of the rows`,
    alternative: `A field for each level of ${left} and of ${right}: the darker, the larger the share of the rows of that level of ${left}.`,
    query,
    spec: {
      height: { step: 20 },
      mark: 'rect',
      encoding: {
        x: { field: 'second_level', type: 'nominal', title: right },
        y: { field: 'first_level', type: 'nominal', title: left },
        color: { field: 'percent', type: 'quantitative', title: '%', scale: { domainMin: 0 } },
      },
    },
  });
}
