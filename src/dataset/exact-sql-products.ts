import type { Cell } from '../contract/index.ts';
import {
  type CrossProductStatistics,
  type DecimalRange,
  decimalRange,
  decimalToRational,
  type ExactGroup,
  type ExactRequest,
  parseDecimal,
  powerRange,
  productDigits,
  type Rational,
  type Term,
  termsOf,
  trianglePairs,
} from '../sdk/exact/index.ts';
import type { Chunk } from './dataset.ts';
import { termNames } from './exact-accumulator.ts';
import { checkGroupCount, MAX_GROUPS } from './exact-groups.ts';
import { ofCrossProducts, ofSquares } from './exact-numbers.ts';
import type { ExactSource, NumericColumn, NumericScan } from './exact-scan.ts';
import { limbSumsInSql } from './exact-sql-limbs.ts';
import { queryFailed } from './session.ts';
import { quoteName } from './sql-text.ts';

const WIDE = 38;

type Request = Pick<ExactRequest, 'kind' | 'degrees'> & {
  readonly chunk?: Chunk;
  readonly signal?: AbortSignal;
};

/**
 * Sums and sums of products by DuckDB, where they are exact: integers and decimals whose largest products, added up
 * over all rows, stay within 38 digits, and doubles whose magnitudes are not too far apart. Undefined where that isn't
 * certain.
 */
export async function productsInSql(
  source: ExactSource,
  scan: NumericScan,
  request: Request,
): Promise<readonly ExactGroup[] | undefined> {
  const sql = scan.sqlOf(request.chunk);
  const run = async (text: string) => {
    const { rows } = await source.session.rows(text, [], request.signal).catch((error: unknown) => {
      throw queryFailed(error);
    });
    return rows;
  };
  if (scan.numbers.some(({ base }) => base === 2)) return withDoubles(source, scan, request, sql, run);
  const ranges = await rangesOf(scan, sql, run);
  const plan = planOf(request, scan, ranges, source.rowCount);
  if (plan === undefined) return undefined;
  const rows = await run(sumsSql(plan, scan, sql));
  checkGroupCount(rows.length);
  return rows.map((cells) => groupOf(cells, plan, scan));
}

async function withDoubles(
  source: ExactSource,
  scan: NumericScan,
  { kind, degrees }: Request,
  sql: string,
  run: (text: string) => Promise<readonly (readonly Cell[])[]>,
): Promise<readonly ExactGroup[] | undefined> {
  if (degrees?.some((degree) => degree > 1)) return undefined;
  const isSquares = kind === 'squares';
  const positions = scan.numbers.map((_, index) => index);
  const sets = isSquares ? positions.map((index) => [index]) : [positions];
  const groups = await limbSumsInSql(source, scan, sets, rowsSql({ isSquares }, scan, sql), run);
  if (groups !== undefined) checkGroupCount(groups.length);
  return groups?.map(({ key, found }) => ({
    key,
    columns: columnsOf(found, isSquares, scan, termsOf(positions.map(() => 1))),
  }));
}

/** What is added up: for squares a set of one term for each column, for cross products one set of all terms. */
interface Plan {
  readonly sets: readonly (readonly Term[])[];
  readonly isSquares: boolean;
  /** Digits to multiply in, by pair of terms. */
  readonly widthOf: (a: Term, b: Term) => number;
}

async function rangesOf(
  { numbers }: NumericScan,
  sql: string,
  run: (text: string) => Promise<readonly (readonly Cell[])[]>,
): Promise<readonly DecimalRange[]> {
  const items = numbers.flatMap(({ name }) => [`min(${quoteName(name)})`, `max(${quoteName(name)})`]);
  const [cells = []] = await run(`SELECT ${items.join(', ')} FROM (${sql})`);
  return numbers.map(({ scale }, index) => {
    const [low = null, high = null] = cells.slice(2 * index, 2 * index + 2);
    return decimalRange(`DECIMAL(38,${scale})`, low, high) ?? { scale, largest: 0n };
  });
}

function planOf(
  { kind, degrees }: Request,
  { numbers }: NumericScan,
  ranges: readonly DecimalRange[],
  rows: number,
): Plan | undefined {
  const isSquares = kind === 'squares';
  const terms = termsOf(degrees ?? numbers.map(() => 1));
  const sets = isSquares ? terms.map((term) => [term]) : [terms];
  const widthOf = (a: Term, b: Term) => {
    const [x, y] = [ranges[a.column], ranges[b.column]];
    return x && y && productDigits(powerRange(x, a.power), powerRange(y, b.power), rows);
  };
  const fits = sets.every((set) =>
    set.every((a, i) => set.slice(i).every((b) => widthOf(a, b) !== undefined)),
  );
  return fits ? { sets, isSquares, widthOf: (a, b) => widthOf(a, b) ?? WIDE } : undefined;
}

function sumsSql(plan: Plan, scan: NumericScan, sql: string): string {
  const { numbers, groupBy } = scan;
  const keys = groupBy.map((_, index) => `_sh_k${index}`);
  const sums = plan.sets.flatMap((set) => [
    `count(_sh_n${set[0]?.column ?? 0})`,
    ...set.map((term) => `sum(${factorOf(term, numbers, WIDE)})`),
    ...trianglePairs(set.length).map(([a, b]) => sumOfProducts(set[a], set[b], plan, numbers)),
  ]);
  const grouping = keys.length > 0 ? ` GROUP BY ${keys.join(', ')} LIMIT ${MAX_GROUPS + 1}` : '';
  return `SELECT ${[...keys, ...sums].join(', ')} FROM (${rowsSql(plan, scan, sql)})${grouping}`;
}

/** The columns under names of their own; for cross products all missing where one of them is. */
function rowsSql(
  { isSquares }: Pick<Plan, 'isSquares'>,
  { numbers, groupBy }: NumericScan,
  sql: string,
): string {
  const names = numbers.map(({ name }) => quoteName(name));
  const complete = names.map((name) => `${name} IS NOT NULL`).join(' AND ');
  const items = names.map((name, index) =>
    isSquares || names.length === 1
      ? `${name} AS _sh_n${index}`
      : `CASE WHEN ${complete} THEN ${name} END AS _sh_n${index}`,
  );
  const keys = groupBy.map((name, index) => `${quoteName(name)} AS _sh_k${index}`);
  return `SELECT ${[...keys, ...items].join(', ')} FROM (${sql})`;
}

function sumOfProducts(
  a: Term | undefined,
  b: Term | undefined,
  plan: Plan,
  numbers: readonly NumericColumn[],
): string {
  if (a === undefined || b === undefined) throw new Error('a pair without a term');
  const width = plan.widthOf(a, b);
  return `sum(${factorOf(a, numbers, width)} * ${factorOf(b, numbers, width)})`;
}

/** A term as a product of decimals of so many digits. */
function factorOf({ column, power }: Term, numbers: readonly NumericColumn[], width: number): string {
  const factor = `CAST(_sh_n${column} AS DECIMAL(${width},${numbers[column]?.scale ?? 0}))`;
  return new Array<string>(power).fill(factor).join(' * ');
}

function groupOf(cells: readonly Cell[], plan: Plan, scan: NumericScan): ExactGroup {
  const found = statisticsIn(cells.slice(scan.groupBy.length), plan);
  const columns = columnsOf(found, plan.isSquares, scan, plan.sets[0] ?? []);
  return { key: cells.slice(0, scan.groupBy.length), columns };
}

function columnsOf(
  found: readonly CrossProductStatistics[],
  isSquares: boolean,
  { numbers }: NumericScan,
  terms: readonly Term[],
): ExactGroup['columns'] {
  return isSquares
    ? Object.fromEntries(found.map((one, index) => [numbers[index]?.name ?? '', ofSquares(one)]))
    : ofCrossProducts(found[0] ?? NOTHING, termNames(numbers, terms));
}

const NOTHING: CrossProductStatistics = { n: 0, sums: [], products: [] };

/** The cells of each set: its rows, the sums of its terms, those of their products. */
function statisticsIn(cells: readonly Cell[], { sets }: Plan): readonly CrossProductStatistics[] {
  let at = 0;
  return sets.map(({ length }) => {
    const sums = at + 1;
    const products = sums + length;
    const end = products + (length * (length + 1)) / 2;
    const n = Number(cells[at]);
    at = end;
    return { n, sums: cells.slice(sums, products).map(read), products: cells.slice(products, end).map(read) };
  });
}

function read(cell: Cell): Rational | null {
  return cell === null ? null : decimalToRational(parseDecimal(cell));
}
