import { type Chain, findChain } from './chain.ts';
import type { ColumnFacts } from './facts.ts';
import { instant } from './families.ts';
import type { PairOrder } from './pair-order.ts';
import { counts, quoted, type Source } from './sql.ts';

/** A number column that equals the time between two instants. */
export interface Span {
  readonly column: ColumnFacts;
  readonly from: ColumnFacts;
  readonly to: ColumnFacts;
  readonly unit: 'ms' | 's' | 'min' | 'h';
  readonly matches: number;
  readonly both: number;
}

export interface Orders {
  readonly instants: readonly ColumnFacts[];
  between(first: ColumnFacts, second: ColumnFacts): PairOrder;
  /** The times that a run goes through, by their values; found before any is given a role. */
  readonly chain: Chain;
  readonly spans: readonly Span[];
}

const UNITS = [
  ['ms', 1_000],
  ['s', 1_000_000],
  ['min', 60_000_000],
  ['h', 3_600_000_000],
] as const;
const MAX_SPAN_COLUMNS = 8;

/** Compares all pairs of the given instants, and looks for numbers that are the time between two of them. */
export async function gatherOrders(
  source: Source,
  instants: readonly ColumnFacts[],
  columns: readonly ColumnFacts[],
): Promise<Orders> {
  const expressions: Record<string, string> = {};
  for (const [a, first] of instants.entries()) {
    for (const [b, second] of instants.entries()) {
      if (a >= b) continue;
      const x = instant(quoted(first.column.sql_name));
      const y = instant(quoted(second.column.sql_name));
      expressions[`${a} ${b} both`] = `count(*) FILTER (WHERE ${x} IS NOT NULL AND ${y} IS NOT NULL)`;
      expressions[`${a} ${b} less`] = `count(*) FILTER (WHERE ${x} < ${y})`;
      expressions[`${a} ${b} same`] = `count(*) FILTER (WHERE ${x} = ${y})`;
    }
  }
  const found = await counts(source, expressions);
  const position = new Map(instants.map((facts, i) => [facts, i]));
  const between = (first: ColumnFacts, second: ColumnFacts): PairOrder => {
    const a = position.get(first) ?? 0;
    const b = position.get(second) ?? 0;
    const get = (what: string) => found.get(`${Math.min(a, b)} ${Math.max(a, b)} ${what}`) ?? 0;
    const both = get('both');
    return { both, same: get('same'), inOrder: a < b ? get('less') + get('same') : both - get('less') };
  };
  const chain = findChain(instants, between);
  return { instants, between, chain, spans: await findSpans(source, instants, columns, between) };
}

/** Spans that hold in the sample, counted again over all rows. */
async function findSpans(
  source: Source,
  instants: readonly ColumnFacts[],
  columns: readonly ColumnFacts[],
  between: Orders['between'],
): Promise<Span[]> {
  const numbers = columns.filter((c) => c.family === 'number' && c.nonNull > 0 && c.distinct > 1);
  const instantsOf = new Map(instants.map((facts) => [facts, numbersIn(facts)]));
  const likely: Omit<Span, 'matches' | 'both'>[] = [];
  for (const column of numbers) {
    const cells = numbersIn(column);
    for (const from of instants) {
      for (const to of instants) {
        if (from === to || !mostlyInOrder(between(from, to)) || likely.length >= MAX_SPAN_COLUMNS) continue;
        const [starts, ends] = [instantsOf.get(from) ?? [], instantsOf.get(to) ?? []];
        const unit = UNITS.find(([, micros]) => equalsInSample(cells, starts, ends, micros));
        if (unit !== undefined) likely.push({ column, from, to, unit: unit[0] });
      }
    }
  }
  const found = await counts(source, Object.assign({}, ...likely.map(spanExpressions)));
  return likely.map((span, i) => ({
    ...span,
    matches: found.get(`${i} matches`) ?? 0,
    both: found.get(`${i} both`) ?? 0,
  }));
}

function mostlyInOrder(order: PairOrder): boolean {
  return order.both > order.same && order.inOrder * 2 > order.both;
}

type Numbers = readonly (number | null)[];

function numbersIn({ sample }: ColumnFacts): Numbers {
  return sample.map((cell) => (cell === null ? null : Number(cell)));
}

/** Whether at least nine of ten rows with all three agree, and the times differ in a fifth of them. */
function equalsInSample(cells: Numbers, starts: Numbers, ends: Numbers, micros: number): boolean {
  let both = 0;
  let others = 0;
  let different = 0;
  for (let i = 0; i < cells.length; i += 1) {
    const [cell, start, end] = [cells[i] ?? null, starts[i] ?? null, ends[i] ?? null];
    if (cell === null || start === null || end === null) continue;
    both++;
    const span = (end - start) / micros;
    if (!(Math.abs(span - cell) <= 1)) others++;
    if (Math.abs(span) > 2) different++;
    if (others * 10 > cells.length) return false;
  }
  return both >= 3 && different * 5 >= both && others * 10 <= both;
}

function spanExpressions(span: Omit<Span, 'matches' | 'both'>, i: number): Record<string, string> {
  const micros = UNITS.find(([unit]) => unit === span.unit)?.[1] ?? 1;
  const from = instant(quoted(span.from.column.sql_name));
  const to = instant(quoted(span.to.column.sql_name));
  const number = `CAST(${quoted(span.column.column.sql_name)} AS DOUBLE)`;
  return {
    [`${i} both`]: `count(*) FILTER (WHERE ${from} IS NOT NULL AND ${to} IS NOT NULL AND ${number} IS NOT NULL)`,
    [`${i} matches`]: `count(*) FILTER (WHERE abs(date_diff('microsecond', ${from}, ${to}) / ${micros} - ${number}) <= 1)`,
  };
}
