import type { Cell } from '../contract/index.ts';
import {
  type CrossProductStatistics,
  doubleLimbs,
  LIMB_BITS_IN_SQL,
  type Rational,
  rational,
  trianglePairs,
} from '../sdk/exact/index.ts';
import type { ExactSource, NumericColumn, NumericScan } from './exact-scan.ts';

/** A column as integers × base^-scale, cut into limbs: how many, and the SQL of each, the lowest first. */
interface LimbColumn {
  readonly base: 2 | 10;
  readonly scale: number;
  readonly limbs: readonly string[];
}

type Run = (sql: string) => Promise<readonly (readonly Cell[])[]>;

/** Sums of one group: those of each set of columns. */
export interface LimbGroup {
  readonly key: readonly Cell[];
  readonly found: readonly CrossProductStatistics[];
}

/** Rows over which products of limbs add up to less than 127 bits. */
const MOST_ROWS = 2 ** 26;
/** Decimals that fit into one limb: the largest integer, and digits after the point that leave room to multiply. */
const LARGEST_DECIMAL = 2n ** BigInt(LIMB_BITS_IN_SQL);
const MOST_SCALE = 18;

/**
 * Sums, and sums of products, by DuckDB where doubles are among the columns: each double as an integer in units of one
 * power of two, cut into limbs of 50 bits, whose products 128 bits add up without rounding. `sets` are positions
 * of the columns that are summed together, over rows that have all of them; `rows` is the SQL of these rows, columns
 * called `_sh_n0` … and keys `_sh_k0` …. Undefined where magnitudes lie too far apart, or a value is not finite.
 */
export async function limbSumsInSql(
  source: ExactSource,
  { numbers, groupBy }: NumericScan,
  sets: readonly (readonly number[])[],
  rows: string,
  run: Run,
): Promise<readonly LimbGroup[] | undefined> {
  if (source.rowCount > MOST_ROWS) return undefined;
  const columns = await limbColumns(numbers, rows, run);
  if (columns === undefined) return undefined;
  const keys = groupBy.map((_, index) => `_sh_k${index}`);
  const lines = await run(sumsSql(columns, sets, keys, rows));
  return lines.map((cells) => ({
    key: cells.slice(0, keys.length),
    found: statisticsIn(cells.slice(keys.length), columns, sets),
  }));
}

async function limbColumns(
  numbers: readonly NumericColumn[],
  rows: string,
  run: Run,
): Promise<readonly LimbColumn[] | undefined> {
  const items = numbers.flatMap(({ base }, index) => {
    const column = `_sh_n${index}`;
    return base === 10
      ? [`max(abs(CAST(${column} AS DECIMAL(38,${numbers[index]?.scale ?? 0}))))`, '0', '0']
      : [
          `max(abs(CAST(${column} AS DOUBLE))) FILTER (WHERE isfinite(${column}))`,
          `min(abs(CAST(${column} AS DOUBLE))) FILTER (WHERE ${column} <> 0 AND isfinite(${column}))`,
          `count_if(NOT isfinite(${column}))`,
        ];
  });
  const [cells = []] = await run(`SELECT ${items.join(', ')} FROM (${rows})`);
  const found = numbers.map((number, index) => {
    const [largest = null, smallest = null, infinite = null] = cells.slice(3 * index, 3 * index + 3);
    return infinite === '0' ? limbColumn(number, index, smallest, largest) : undefined;
  });
  return found.every((column) => column !== undefined) ? found : undefined;
}

function limbColumn(
  { base, scale }: NumericColumn,
  index: number,
  smallest: Cell,
  largest: Cell,
): LimbColumn | undefined {
  const column = `_sh_n${index}`;
  if (base === 10) {
    const integer = BigInt((largest ?? '0').replace('.', ''));
    if (integer >= LARGEST_DECIMAL || scale > MOST_SCALE) return undefined;
    const factor = `CAST(${10n ** BigInt(scale)} AS DECIMAL(19,0))`;
    return { base, scale, limbs: [`CAST(CAST(${column} AS DECIMAL(38,${scale})) * ${factor} AS BIGINT)`] };
  }
  const plan =
    smallest === null || largest === null
      ? { scale: 0, limbs: 1 }
      : doubleLimbs(Number(smallest), Number(largest));
  return plan && { base, scale: plan.scale, limbs: doubleSql(column, plan.scale, plan.limbs) };
}

/** From the top down: what is whole in units of 2^(50 k), and the same of the rest. All of it is exact in doubles. */
function doubleSql(column: string, scale: number, limbs: number): readonly string[] {
  const parts: string[] = [];
  let rest = `(CAST(${column} AS DOUBLE) * ${power(scale)})`;
  for (let limb = limbs - 1; limb > 0; limb -= 1) {
    const top = `trunc(${rest} * ${power(-LIMB_BITS_IN_SQL * limb)})`;
    parts.unshift(`CAST(${top} AS BIGINT)`);
    rest = `(${rest} - ${top} * ${power(LIMB_BITS_IN_SQL * limb)})`;
  }
  return [`CAST(${rest} AS BIGINT)`, ...parts];
}

function power(exponent: number): string {
  return `CAST('${2 ** exponent}' AS DOUBLE)`;
}

function sumsSql(
  columns: readonly LimbColumn[],
  sets: readonly (readonly number[])[],
  keys: readonly string[],
  rows: string,
): string {
  const limbs = columns.flatMap(({ limbs: own }, index) =>
    own.map((sql, limb) => `${sql} AS ${nameOf(index, limb)}`),
  );
  const sums = sets.flatMap((set) => [
    `count(${nameOf(set[0] ?? 0, 0)})`,
    ...set.flatMap((index) => namesOf(columns, index).map((name) => `sum(${name})`)),
    ...trianglePairs(set.length).flatMap(([a, b]) =>
      namesOf(columns, set[a] ?? 0).flatMap((x) =>
        namesOf(columns, set[b] ?? 0).map((y) => `sum(CAST(${x} AS HUGEINT) * ${y})`),
      ),
    ),
  ]);
  const grouping = keys.length > 0 ? ` GROUP BY ${keys.join(', ')}` : '';
  return `SELECT ${[...keys, ...sums].join(', ')} FROM (SELECT ${[...keys, ...limbs].join(', ')} FROM (${rows}))${grouping}`;
}

function nameOf(index: number, limb: number): string {
  return `_sh_l${index}_${limb}`;
}

function namesOf(columns: readonly LimbColumn[], index: number): readonly string[] {
  return (columns[index]?.limbs ?? []).map((_, limb) => nameOf(index, limb));
}

/** The cells of each set put together: Σ cell × 2^(50 × place). */
function statisticsIn(
  cells: readonly Cell[],
  columns: readonly LimbColumn[],
  sets: readonly (readonly number[])[],
): readonly CrossProductStatistics[] {
  let at = 0;
  const next = (): Cell => cells[at++] ?? null;
  const limbsOf = (index: number): number => columns[index]?.limbs.length ?? 0;
  const unitOf = (index: number): Rational => unit(columns[index]);
  return sets.map((set) => {
    const n = Number(next());
    const known = n > 0;
    const sums = set.map((index) => {
      let sum = 0n;
      for (let limb = 0; limb < limbsOf(index); limb += 1) sum += shifted(next(), limb);
      return known ? times(sum, unitOf(index)) : null;
    });
    const products = trianglePairs(set.length).map(([a, b]) => {
      const [x, y] = [set[a] ?? 0, set[b] ?? 0];
      let sum = 0n;
      for (let i = 0; i < limbsOf(x); i += 1) {
        for (let j = 0; j < limbsOf(y); j += 1) sum += shifted(next(), i + j);
      }
      return known ? times(sum, unitOf(x), unitOf(y)) : null;
    });
    return { n, sums, products };
  });
}

function shifted(cell: Cell, limb: number): bigint {
  return BigInt(cell ?? '0') << BigInt(LIMB_BITS_IN_SQL * limb);
}

function unit(column: LimbColumn | undefined): Rational {
  const { base = 10, scale = 0 } = column ?? {};
  const size = BigInt(base) ** BigInt(Math.abs(scale));
  return scale < 0 ? rational(size) : rational(1n, size);
}

function times(integer: bigint, ...units: readonly Rational[]): Rational {
  return units.reduce(
    (product, { numerator, denominator }) =>
      rational(product.numerator * numerator, product.denominator * denominator),
    rational(integer),
  );
}
