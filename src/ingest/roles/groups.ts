import type { ColumnFacts } from './facts.ts';
import { instant } from './families.ts';
import { countsIn, literal, quoted, type Source } from './sql.ts';

/** What the rows of a table are when they are taken as events of cases. */
export interface Grouping {
  readonly caseColumn: ColumnFacts;
  readonly time: ColumnFacts;
  /** Cases looked at, and those of them with two rows or more. */
  readonly cases: number;
  readonly several: number;
  /** By column: of the cases with several rows, those in which its value changes. */
  readonly varies: ReadonlyMap<ColumnFacts, number>;
  /** By activity candidate: how the first and the last rows of the cases look. */
  readonly edges: ReadonlyMap<ColumnFacts, Edges>;
}

/** The most frequent value of the first and of the last rows of the cases. */
export interface Edges {
  readonly cases: number;
  readonly first: Edge;
  readonly last: Edge;
}

export interface Edge {
  readonly value: string | null;
  readonly cases: number;
  /** Share of that value among all rows of the sample, in [0, 1]. */
  readonly base: number;
}

const MAX_COLUMNS = 30;
const MAX_ACTIVITIES = 8;

const MAX_CASES = 2000;

/**
 * Takes `caseColumn` as the case and `time` as the time of events, and looks at how the rest behaves, in all rows of
 * the cases that the sampled rows belong to (2,000 at most).
 */
export async function gatherGrouping(
  source: Source,
  caseColumn: ColumnFacts,
  time: ColumnFacts,
  columns: readonly ColumnFacts[],
): Promise<Grouping> {
  const others = columns.filter((c) => c !== caseColumn && c.nonNull > 0).slice(0, MAX_COLUMNS);
  const key = quoted(caseColumn.column.sql_name);
  const some = rowsOfSampledCases(source, caseColumn);
  const bounds = others.map((c, i) => {
    const name = quoted(c.column.sql_name);
    return `min(${name}) IS DISTINCT FROM max(${name}) OR count(${name}) NOT IN (0, count(*)) AS v${i}`;
  });
  const grouped = `(SELECT count(*) AS n, ${bounds.join(', ') || 'true AS v'} FROM ${some} GROUP BY ${key})`;
  const found = await countsIn(source.run, grouped, {
    cases: 'count(*)',
    several: 'count(*) FILTER (WHERE n > 1)',
    ...Object.fromEntries(others.map((_, i) => [`v${i}`, `count(*) FILTER (WHERE n > 1 AND v${i})`])),
  });
  const number = (name: string) => found.get(name) ?? 0;
  const activities = others.filter(mayBeActivity).slice(0, MAX_ACTIVITIES);
  return {
    caseColumn,
    time,
    cases: number('cases'),
    several: number('several'),
    varies: new Map(others.map((c, i) => [c, number(`v${i}`)])),
    edges: await findEdges(
      { run: source.run, relation: some },
      caseColumn,
      time,
      activities,
      number('cases'),
    ),
  };
}

function rowsOfSampledCases(source: Source, caseColumn: ColumnFacts): string {
  const cases = [...new Set(caseColumn.sample)].flatMap((cell) =>
    cell === null || cell.includes('\0') ? [] : [literal(cell)],
  );
  const key = `CAST(${quoted(caseColumn.column.sql_name)} AS VARCHAR)`;
  return `(SELECT * FROM ${source.relation} WHERE ${key} IN (SELECT unnest([${cases.slice(0, MAX_CASES).join(', ')}])))`;
}

/** Labels that come back: at least two, and few enough for many rows each. */
export function mayBeActivity(facts: ColumnFacts): boolean {
  return (
    (facts.family === 'text' || facts.whole) &&
    facts.distinct >= 2 &&
    facts.distinct <= 500 &&
    facts.nonNull * 10 >= facts.rows * 9 &&
    (facts.rows < 20 || facts.distinct * 4 <= facts.rows)
  );
}

async function findEdges(
  source: Pick<Source, 'run' | 'relation'>,
  caseColumn: ColumnFacts,
  time: ColumnFacts,
  activities: readonly ColumnFacts[],
  cases: number,
): Promise<Map<ColumnFacts, Edges>> {
  if (activities.length === 0) return new Map();
  const at = `struct_pack(t := ${instant(quoted(time.column.sql_name))}, r := row_number)`;
  const outputs = activities.flatMap((activity, i) => {
    const name = `CAST(${quoted(activity.column.sql_name)} AS VARCHAR)`;
    return [`arg_min(${name}, ${at}) AS f${i}`, `arg_max(${name}, ${at}) AS l${i}`];
  });
  const key = quoted(caseColumn.column.sql_name);
  const top = activities.flatMap((_, i) =>
    ['f', 'l'].map(
      (edge) =>
        `(SELECT '${edge}${i}', ${edge}${i}, CAST(count(*) AS VARCHAR) FROM g GROUP BY ${edge}${i} ORDER BY count(*) DESC, ${edge}${i} LIMIT 1)`,
    ),
  );
  const rows = await source.run(
    `WITH g AS MATERIALIZED (SELECT ${outputs.join(',\n  ')} FROM ${source.relation} GROUP BY ${key})\n${top.join('\nUNION ALL ')}\nORDER BY 1`,
  );
  const byLabel = new Map(rows.map((row) => [row[0], row]));
  const edge = (activity: ColumnFacts, label: string): Edge => {
    const row = byLabel.get(label);
    return {
      value: row?.[1] ?? null,
      cases: Number(row?.[2] ?? 0),
      base: baseShare(activity, row?.[1] ?? null),
    };
  };
  return new Map(
    activities.map((activity, i) => [
      activity,
      { cases, first: edge(activity, `f${i}`), last: edge(activity, `l${i}`) },
    ]),
  );
}

function baseShare(activity: ColumnFacts, value: string | null): number {
  if (activity.shapes.values === 0) return 1;
  return activity.sample.filter((cell) => cell === value).length / activity.shapes.values;
}

/**
 * How far cases begin (or end) with one value more often than chance would have it: (p − b) / (1 − b), where p is
 * the share of cases and b the share of rows with that value. 0 for labels drawn at random.
 */
export function edgeStrength(edges: Edges | undefined): number {
  if (edges === undefined || edges.cases < 5) return 0;
  const strength = ({ cases, base }: Edge) =>
    base >= 1 ? 0 : Math.max(0, (cases / edges.cases - base) / (1 - base));
  return Math.max(strength(edges.first), strength(edges.last));
}
