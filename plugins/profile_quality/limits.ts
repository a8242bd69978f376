import { cells, countOf, defect, percentSql, rowsWhere } from './claims.ts';
import type { Surveyed, Table } from './survey.ts';

/** Values beyond a limit are told if they are at most this share of the rows. */
const RARE = 0.01;
/** A limit is one where so many more values lie just inside than just outside, and so large a share of all. */
const DROP = 20;
const INSIDE = 0.02;
/** What is just inside: this share of the way from the limit to the median. */
const BAND = 0.2;
const FEWEST_ROWS = 100;
/** Roles of quantities that can't be below zero. */
const NEVER_NEGATIVE: readonly string[] = ['duration', 'attempts'];

interface Limit {
  readonly name: string;
  readonly value: number;
  readonly beyond: '<' | '>';
}

/** Limits that quantities have by their nature: nothing below zero, no share above the whole. */
const LIMITS: readonly Limit[] = [
  { name: 'zero', value: 0, beyond: '<' },
  { name: 'one', value: 1, beyond: '>' },
  { name: 'hundred', value: 100, beyond: '>' },
];

/** Values that can't be: durations below zero, and values beyond a limit that nearly all others keep to. */
export async function reportLimits(table: Table): Promise<void> {
  const columns = table.columns.filter(({ use, present }) => use === 'measure' && present > 0);
  if (columns.length === 0) return;
  const counts = await table.ctx.query(
    `SELECT ${columns
      .map(({ sql }, i) =>
        [
          `count(${sql}) AS present_${i}`,
          ...LIMITS.map(
            ({ name, value, beyond }) => `count(*) FILTER (WHERE ${sql} ${beyond} ${value}) AS ${name}_${i}`,
          ),
        ].join(', '),
      )
      .join(', ')}\nFROM data`,
  );
  for (const [i, column] of columns.entries()) {
    const never = NEVER_NEGATIVE.some((role) => column.roles.has(role));
    if (never && countOf(counts, `zero_${i}`) > 0) await reportNeverNegative(table, column);
    const present = countOf(counts, `present_${i}`);
    for (const limit of LIMITS) {
      const beyond = countOf(counts, `${limit.name}_${i}`);
      if (beyond === 0 || beyond > RARE * present || present < FEWEST_ROWS) continue;
      if (!(never && limit.name === 'zero')) await reportBeyond(table, column, limit);
    }
  }
}

async function reportNeverNegative({ ctx, rows }: Table, { column, sql }: Surveyed): Promise<void> {
  const counts = await ctx.query(
    `SELECT count(${sql}) AS present_rows, count(*) FILTER (WHERE ${sql} < 0) AS beyond_rows, min(${sql}) AS extreme FROM data`,
  );
  ctx.finding({
    kind: 'impossible_values',
    title: '{column} is below zero in {beyond_rows}',
    statement:
      '{column} is below zero in {beyond_rows} out of {present_rows} with a value; the lowest is {extreme}. A duration or a number of tries can’t be.',
    fields: {
      column: { column_name: column.sql_name },
      ...cells(counts, 0, ['beyond_rows', 'present_rows', 'extreme']),
    },
    estimate: { name: 'rows_below_zero', field: 'beyond_rows' },
    target: { columns: { columns: [column.sql_name] } },
    scope: { limit: 'zero' },
    how: 'exact_count',
    severity: 'warning',
    ranking: defect(0.6, countOf(counts, 'beyond_rows') / Math.max(1, rows)),
    rows: await rowsWhere(ctx, `${sql} < 0`, [sql], [sql]),
  });
}

/** Values beyond a limit at which the others break off: as many as before right up to it, and then nearly none. */
async function reportBeyond({ ctx, rows }: Table, { column, sql }: Surveyed, limit: Limit): Promise<void> {
  const { value, beyond } = limit;
  const isUpper = beyond === '>';
  const outside = isUpper
    ? `${sql} > ${value} AND ${sql} <= ${value} + band`
    : `${sql} < ${value} AND ${sql} >= ${value} - band`;
  const inside = isUpper
    ? `${sql} <= ${value} AND ${sql} >= ${value} - band`
    : `${sql} >= ${value} AND ${sql} <= ${value} + band`;
  const counts = await ctx.query(`WITH bands AS (
  SELECT abs(CAST(quantile_disc(${sql}, 0.5) AS DOUBLE) - ${value}) * ${BAND} AS band, quantile_disc(${sql}, 0.5) AS middle FROM data
)
SELECT count(${sql}) AS present_rows, count(*) FILTER (WHERE ${sql} ${beyond} ${value}) AS beyond_rows,
  count(*) FILTER (WHERE ${inside}) AS inside_rows, count(*) FILTER (WHERE ${outside}) AS outside_rows,
  ${isUpper ? 'max' : 'min'}(${sql}) AS extreme, count(*) FILTER (WHERE ${sql} < 0) AS negative_rows, min(middle) AS middle,
  ${percentSql(`count(*) FILTER (WHERE ${sql} ${beyond} ${value})`, `count(${sql})`)} AS beyond_percent
FROM data, bands`);
  const [present = 0, inner = 0, outer = 0] = ['present_rows', 'inside_rows', 'outside_rows'].map((name) =>
    countOf(counts, name),
  );
  if (inner < INSIDE * present || inner < DROP * Math.max(1, outer)) return;
  if (isUpper && countOf(counts, 'negative_rows') > 0) return;
  const words = WORDS[limit.name] ?? limit.name;
  ctx.finding({
    kind: 'impossible_values',
    title: `{column} is ${words} in {beyond_rows}`,
    statement: `{column} is ${words} in {beyond_rows} ({beyond_percent}) out of {present_rows} with a value, ${isUpper ? 'up' : 'down'} to {extreme}. The others end at that limit: just inside of it lie {inside_rows}, and as near outside {outside_rows}.`,
    fields: {
      column: { column_name: column.sql_name },
      ...cells(counts, 0, [
        'beyond_rows',
        'beyond_percent',
        'present_rows',
        'extreme',
        'inside_rows',
        'outside_rows',
      ]),
    },
    estimate: { name: 'rows_beyond_the_limit', field: 'beyond_rows' },
    target: { columns: { columns: [column.sql_name] } },
    scope: { limit: limit.name },
    how: 'exact_count',
    severity: 'notice',
    ranking: defect(0.5, countOf(counts, 'beyond_rows') / Math.max(1, rows)),
    limitations: [
      'That nothing should lie beyond the limit is what nearly all rows say; corrections or refunds may do so on purpose.',
    ],
    rows: await rowsWhere(ctx, `${sql} ${beyond} ${value}`, [sql], [isUpper ? `${sql} DESC` : sql]),
  });
}

const WORDS: Readonly<Record<string, string>> = {
  zero: 'below zero',
  one: 'above one',
  hundred: 'above one hundred',
};
