import {
  aboutColumns,
  capitalized,
  type FieldInput,
  type ItemInput,
  identifier,
  namedColumn,
  type QueryHandle,
} from '../../src/sdk/index.ts';
import { claimOf, type Reported, throughOf } from './claim.ts';
import { type CountedPair, type CrossTable, type Decided, decidedBy, margins } from './cross-tables.ts';
import type { Variable } from './subject.ts';

const METHOD =
  "Pearson's chi-square test; Cramér's V without its bias (Bergsma, 2013); interval by the noncentral chi-square; adjusted residuals (Haberman, 1973)";

/** A finding on two categories. */
export async function reportCategories(reported: Reported, { tables, handle }: CountedPair): Promise<void> {
  const { study, one, directness, charts } = reported;
  const { a, b } = one;
  const claim = claimOf(reported, [handle], METHOD);
  const counts = await study.ctx.query(countsSql(a, b));
  const cells = cellsStandingOut(tables.whole);
  const [x, y] = [namedColumn('first', a), namedColumn('second', b)];
  const decided = decidedBy(tables.whole);
  const lead = cells[0];
  if (lead === undefined) return;
  const items = itemsOf(reported, cells, counts, handle);
  study.ctx.finding({
    kind: 'category_association',
    title: capitalized(titleOf(x.text, y.text, decided) + throughOf(directness)),
    statement: claim.statement(
      [
        capitalized(
          `${x.text} and ${y.text} go together: Cramér's V {effect} ({low} to {high} with a confidence of {level}) over {rows}. ` +
            `Most of all {first_level} with {second_level}: {count}, where {expected} would be expected if they were independent.`,
        ),
        decidedSentence(x.text, y.text, decided),
      ]
        .filter((sentence) => sentence !== '')
        .join(' '),
    ),
    fields: { ...claim.fields, ...x.fields, ...y.fields, ...items[0]?.fields },
    estimate: {
      name: 'cramers_v',
      field: 'effect',
      interval: { low: 'low', high: 'high', level: one.interval.level },
    },
    effect_size: { name: 'cramers_v', field: 'effect' },
    ...aboutColumns([a, b]),
    ...claim.shared,
    items,
    charts: [...charts],
  });
}

function titleOf(x: string, y: string, decided: Decided): string {
  switch (decided) {
    case 'both':
      return `${x} and ${y} go together one to one`;
    case 'first':
      return `${x} and ${y} go together: each ${x} has one ${y}`;
    case 'second':
      return `${x} and ${y} go together: each ${y} has one ${x}`;
    case 'neither':
      return `${x} and ${y} go together: {first_level} with {second_level}`;
  }
}

function decidedSentence(x: string, y: string, decided: Decided): string {
  switch (decided) {
    case 'both':
      return `Each level of one occurs with a single level of the other.`;
    case 'first':
      return `Each level of ${x} occurs with a single level of ${y}.`;
    case 'second':
      return `Each level of ${y} occurs with a single level of ${x}.`;
    case 'neither':
      return '';
  }
}

function countsSql(a: Variable, b: Variable): string {
  const [x, y] = [identifier(a.sqlName), identifier(b.sqlName)];
  return `SELECT CAST(${x} AS VARCHAR) AS first_level, CAST(${y} AS VARCHAR) AS second_level, count(*) AS n
FROM data WHERE ${x} IS NOT NULL AND ${y} IS NOT NULL GROUP BY ALL ORDER BY first_level, second_level`;
}

interface Cell {
  readonly first: string;
  readonly second: string;
  readonly n: number;
  readonly expected: number;
  /** (n - expected) over its standard error: a z under independence. */
  readonly residual: number;
}

const MOST_ITEMS = 5;
/** Rows that a cell has to have to be named, and the residual from which it stands out. */
const [FEWEST_NAMED, SMALLEST_RESIDUAL] = [5, 3];

/** The cells with more rows than expected that stand out most, the strongest first; at least one. */
function cellsStandingOut(table: CrossTable): readonly Cell[] {
  const { ofRows, ofColumns, n } = margins(table);
  const cells = table.counts.flatMap((row, i) =>
    row.map((count, j): Cell => {
      const [r, c] = [(ofRows[i] ?? 0) / n, (ofColumns[j] ?? 0) / n];
      const expected = n * r * c;
      const error = Math.sqrt(expected * (1 - r) * (1 - c));
      return {
        first: table.rows[i] ?? '',
        second: table.columns[j] ?? '',
        n: count,
        expected,
        residual: error > 0 ? (count - expected) / error : 0,
      };
    }),
  );
  const ranked = cells.filter((cell) => cell.n > 0).sort((a, b) => b.residual - a.residual);
  const clear = ranked.filter((cell) => cell.n >= FEWEST_NAMED && cell.residual >= SMALLEST_RESIDUAL);
  return (clear.length > 0 ? clear : ranked.slice(0, 1)).slice(0, MOST_ITEMS);
}

function itemsOf(
  { study, one }: Reported,
  cells: readonly Cell[],
  counts: QueryHandle,
  handle: QueryHandle,
): ItemInput[] {
  const values = study.ctx.derivation({
    method: 'Rows expected under independence, and adjusted residuals (Haberman, 1973)',
    parameters: { columns: [one.a.sqlName, one.b.sqlName] },
    values: Object.fromEntries(
      cells.flatMap(({ expected, residual }, i) => [
        [`expected_${i}`, expected],
        [`residual_${i}`, residual],
      ]),
    ),
    inputs: [handle],
  });
  return cells.map((cell, i) => {
    const row = counts.rows.findIndex(
      (_, at) =>
        counts.text(at, 'first_level') === cell.first && counts.text(at, 'second_level') === cell.second,
    );
    const fields: Record<string, FieldInput> = {
      first_level: counts.cell(row, 'first_level'),
      second_level: counts.cell(row, 'second_level'),
      count: { from: counts.cell(row, 'n'), unit: 'rows' },
      expected: { from: values.value(`expected_${i}`), unit: 'rows' },
      residual: values.value(`residual_${i}`),
    };
    return {
      title: '{first_level} with {second_level}: {count}',
      statement:
        '{first_level} occurs with {second_level} in {count}; {expected} would be expected if the two were independent, ' +
        'which is {residual} standard errors away.',
      fields,
      estimate: { name: 'rows', field: 'count' },
      effect_size: { name: 'adjusted_residual', field: 'residual' },
    };
  });
}
