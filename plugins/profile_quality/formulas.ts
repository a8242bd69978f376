import { decimalRange, type FieldInput, productDigits, type QueryHandle } from '../../src/sdk/index.ts';
import { countOf, defect, rowsWhere, STRUCTURE } from './claims.ts';
import { type Formula, findFormulas, isRounded } from './find-formulas.ts';
import type { Surveyed, Table } from './survey.ts';

/** Columns whose triples are looked at, and formulas that are counted over all rows. */
const [MOST_COLUMNS, MOST_FORMULAS] = [16, 12];
/** Rows of the sample that decide which triples are counted. */
const SCREENED_ROWS = 2_000;
/** Share of the rows in which a formula holds that is told where some rows break it. */
const NEARLY_ALL = 0.99;
/** Digits of the decimals that sums and products are compared in. */
const WIDEST = 38;

/** A formula with what makes it exact in SQL. */
interface Checked extends Formula {
  readonly a: Surveyed;
  readonly b: Surveyed;
  readonly c: Surveyed;
  /** True for a row in which it holds, and in which it holds without rounding. */
  readonly holds: string;
  readonly isExact: string;
  readonly rounded: boolean;
}

/** Columns that are the sum, difference or product of two others, such as an amount, a quantity and a price. */
export async function reportFormulas(table: Table, repeats: readonly Surveyed[]): Promise<void> {
  const columns = table.columns.filter((column) => isQuantity(column) && !repeats.includes(column));
  if (columns.length > MOST_COLUMNS) {
    table.ctx.note(
      `Sums and products of two columns were looked for among the first ${MOST_COLUMNS} of ${columns.length} quantities.`,
    );
  }
  const looked = columns.slice(0, MOST_COLUMNS);
  const formulas = findFormulas(
    looked.map((column) => ({ values: sampled(table, column), scale: scaleOf(column) })),
  );
  if (formulas.length === 0) return;
  const checked = await exactly(table, looked, formulas.slice(0, MOST_FORMULAS));
  if (checked.length === 0) return;
  const counts = await table.ctx.query(
    `SELECT ${checked
      .map(
        ({ a, b, c, holds, isExact }, i) =>
          `count(*) FILTER (WHERE ${presentSql(a, b, c)}) AS all_three_rows_${i}, count(*) FILTER (WHERE ${presentSql(a, b, c)} AND NOT ${holds}) AS exception_rows_${i}, count(*) FILTER (WHERE ${presentSql(a, b, c)} AND ${holds} AND NOT ${isExact}) AS rounded_rows_${i}`,
      )
      .join(',\n  ')}\nFROM data`,
  );
  for (const [i, formula] of checked.entries()) {
    const exceptions = countOf(counts, `exception_rows_${i}`);
    if (exceptions > (1 - NEARLY_ALL) * countOf(counts, `all_three_rows_${i}`)) continue;
    await report(table, formula, counts, i, exceptions);
  }
}

/** Exact numbers that vary. */
function isQuantity({ use, column, distinct, present, mostFrequent }: Surveyed): boolean {
  const isExact = column.type.kind === 'integer' || column.type.kind === 'decimal';
  return use === 'measure' && isExact && distinct > 2 && mostFrequent < 0.98 * present;
}

function scaleOf({ column: { type } }: Surveyed): number {
  return type.kind === 'decimal' ? type.scale : 0;
}

function sampled({ sample, columns }: Table, column: Surveyed): Float64Array {
  const cell = columns.indexOf(column);
  return Float64Array.from(sample.rows.slice(0, SCREENED_ROWS), (cells) => {
    const text = cells[cell] ?? null;
    return text === null ? Number.NaN : Number(text);
  });
}

/** Those that can be computed in decimals without rounding or overflow. */
async function exactly(
  table: Table,
  columns: readonly Surveyed[],
  formulas: readonly Formula[],
): Promise<Checked[]> {
  const ends = await table.ctx.query(
    `SELECT ${columns.map(({ sql }, i) => `min(${sql}) AS low_${i}, max(${sql}) AS high_${i}`).join(', ')} FROM data`,
  );
  const rangeOf = (i: number) => {
    const type = ends.columns.find(({ name }) => name === `low_${i}`)?.type ?? '';
    return decimalRange(type, ends.text(0, `low_${i}`), ends.text(0, `high_${i}`));
  };
  return formulas.flatMap((formula): Checked[] => {
    const [a, b, c] = [formula.first, formula.second, formula.total].map((i) => columns[i]);
    const [ofA, ofB, ofC] = [formula.first, formula.second, formula.total].map(rangeOf);
    if (!a || !b || !c || !ofA || !ofB || !ofC) return [];
    const digits = productDigits(ofA, ofB, 10);
    const scale =
      formula.operation === 'sum' ? Math.max(ofA.scale, ofB.scale, ofC.scale) : ofA.scale + ofB.scale;
    const width = [ofA, ofB, ofC].reduce((most, { largest }) => Math.max(most, largest.toString().length), 1);
    if (digits === undefined || width + 2 * scale + 1 >= WIDEST || ofC.scale > scale) return [];
    const wide = ({ sql }: Surveyed) => `CAST(${sql} AS DECIMAL(${WIDEST},${scale}))`;
    const factor = ({ sql }: Surveyed, own: number) => `CAST(${sql} AS DECIMAL(${digits},${own}))`;
    const value =
      formula.operation === 'sum'
        ? `${wide(a)} + ${wide(b)}`
        : `CAST(${factor(a, ofA.scale)} * ${factor(b, ofB.scale)} AS DECIMAL(${WIDEST},${scale}))`;
    const difference = `abs(${value} - ${wide(c)})`;
    const rounded = isRounded(formula, columns.map(scaleOf));
    const half = `0.${'0'.repeat(ofC.scale)}5`;
    const isExact = `(${difference} = 0)`;
    const holds = rounded ? `(${difference} <= CAST(${half} AS DECIMAL(${WIDEST},${scale})))` : isExact;
    return [{ ...formula, a, b, c, isExact, holds, rounded }];
  });
}

function presentSql(...columns: readonly Surveyed[]): string {
  return columns.map(({ sql }) => `${sql} IS NOT NULL`).join(' AND ');
}

/** `amount = quantity × price`; a sum as the difference that gives the last of the three, where that is no total. */
function wordsOf({ a, b, c, operation }: Checked, columns: readonly Surveyed[]) {
  const last = [a, b, c].reduce((x, y) => (columns.indexOf(y) > columns.indexOf(x) ? y : x));
  if (operation === 'product') return { result: c, left: a, right: b, sign: '×' };
  if (last === c) return { result: c, left: a, right: b, sign: '+' };
  return { result: last, left: c, right: last === a ? b : a, sign: '−' };
}

async function report(
  table: Table,
  formula: Checked,
  counts: QueryHandle,
  i: number,
  exceptions: number,
): Promise<void> {
  const { ctx, columns, rows } = table;
  const { result, left, right, sign } = wordsOf(formula, columns);
  const names = [result, left, right].map(({ column }) => column.sql_name);
  const rounded = countOf(counts, `rounded_rows_${i}`);
  const count = (name: string): FieldInput => ({
    from: counts.cell(0, `${name}_${i}`),
    unit: countOf(counts, `${name}_${i}`) === 1 ? 'row' : 'rows',
  });
  const broken = exceptions === 0 ? undefined : await breakingRows(table, formula);
  ctx.finding({
    kind: 'formula',
    title: `{result} = {left} ${sign} {right}${broken === undefined ? '' : ', but for {exception_rows}'}`,
    statement: [
      `{result} is {left} ${sign} {right} in ${broken === undefined ? 'all {all_three_rows} that have all three' : 'all but {exception_rows} out of {all_three_rows} that have all three'}${rounded === 0 ? '' : ', rounded to its last digit in {rounded_rows}'}.`,
      ...(broken === undefined
        ? []
        : [
            'In one of these rows {left} is {left_value}, {right} is {right_value} and {result} is {result_value}.',
          ]),
    ].join(' '),
    fields: {
      result: { column_name: result.column.sql_name },
      left: { column_name: left.column.sql_name },
      right: { column_name: right.column.sql_name },
      all_three_rows: count('all_three_rows'),
      exception_rows: count('exception_rows'),
      ...(rounded > 0 && { rounded_rows: count('rounded_rows') }),
      ...(broken !== undefined && {
        left_value: broken.cell(0, left.column.sql_name),
        right_value: broken.cell(0, right.column.sql_name),
        result_value: broken.cell(0, result.column.sql_name),
      }),
    },
    target: { columns: { columns: [result.column.sql_name] } },
    scope: { formula: `${names[0]} = ${names[1]} ${sign} ${names[2]}` },
    how: 'exact_count',
    severity: exceptions === 0 ? 'info' : 'notice',
    ranking: exceptions === 0 ? STRUCTURE : defect(0.5, exceptions / Math.max(1, rows)),
    ...(broken !== undefined && {
      estimate: { name: 'rows_that_break_the_formula', field: 'exception_rows' },
      rows: broken,
    }),
  });
}

function breakingRows({ ctx }: Table, { a, b, c, holds }: Checked): Promise<QueryHandle> {
  return rowsWhere(
    ctx,
    `${presentSql(a, b, c)} AND NOT ${holds}`,
    [a, b, c].map(({ sql }) => sql),
  );
}
