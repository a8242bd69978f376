import { type ColumnFacts, endsOf, isKey } from './facts.ts';
import { instant } from './families.ts';
import { drawn, oneIn } from './sample.ts';
import { askPiece, countsIn, literal, quoted, type Source } from './sql.ts';

/** What the values of a column are to those of a key of the same table. */
export interface Reference {
  readonly column: ColumnFacts;
  readonly key: ColumnFacts;
  /** Of the rows that hold a value one in so many was looked at; the counts are of those. */
  readonly lookedAt: number;
  /** Values that could point at a row: not null, and not the 0 that says "none". */
  readonly pointing: number;
  /** Of those, found in the key. */
  readonly found: number;
  /** Of those, the row's own key. */
  readonly own: number;
  /** Pointers at another row that was found. */
  readonly others: number;
  /** Of those others, rows that lie close by: within 5 % of the table by row, key or time. */
  readonly near: number;
  /** Of those others, rows that point nowhere, or at themselves: heads. */
  readonly heads: number;
  /** Of those others, rows that ended before this one started; null where the times are not known. */
  readonly endedBefore: number | null;
}

/** When runs start and end, as far as that is known. */
interface Times {
  readonly start: ColumnFacts | undefined;
  readonly end: ColumnFacts | undefined;
}

const MAX_KEYS = 3;
const MAX_POINTERS = 6;
const NEARBY = 20;
const LOOKED_UP = 200;
const SOME_HITS = 0.25;
/** Rows with a value whose targets are looked up, at most about so many. */
const POINTING_ROWS = 20_000;
/** Values that say "none" in a column of pointers. */
const NONE = ['', '0', '-1'];

/** Keys that others could point at: complete and nearly unique, or named like the identity of a run. */
export function keyCandidates(
  columns: readonly ColumnFacts[],
  named: (facts: ColumnFacts) => number,
): ColumnFacts[] {
  return columns
    .filter((c) => (c.whole || c.family === 'text') && c.nonNull > 0)
    .filter((c) => c.distinct * 10 >= c.rows * 9 || (named(c) >= 0.6 && c.distinct * 2 >= c.rows))
    .sort((a, b) => named(b) - named(a) || Number(isKey(b)) - Number(isKey(a)) || b.distinct - a.distinct)
    .slice(0, MAX_KEYS);
}

/** Looks, for each key, at the columns that may point into it. */
export async function gatherReferences(
  source: Source,
  keys: readonly ColumnFacts[],
  columns: readonly ColumnFacts[],
  times: Times,
  named: (facts: ColumnFacts) => number,
): Promise<Reference[]> {
  const references: Reference[] = [];
  let span: number | undefined;
  const values = new Map(columns.map((column) => [column, someValues(column)]));
  for (const key of keys) {
    const possible = columns.filter((column) => mayPointInto(column, key));
    const hits = await hitsOfSample(source, key, possible, values);
    const share = (column: ColumnFacts) => hits.get(column) ?? 0;
    const pointers = possible
      .filter((column) => share(column) >= SOME_HITS || (named(column) > 0 && share(column) > 0))
      .sort((a, b) => named(b) - named(a) || share(b) - share(a))
      .slice(0, MAX_POINTERS);
    for (const column of pointers) {
      span ??= await spanOf(source, times.start);
      references.push(await lookUp(source, column, key, { ...times, span }));
    }
  }
  return references;
}

function mayPointInto(column: ColumnFacts, key: ColumnFacts): boolean {
  if (column === key || column.nonNull === 0) return false;
  if (column.family === 'number' && key.family === 'number') {
    return column.whole && (column.max ?? 0) >= (key.min ?? 0) && (column.min ?? 0) <= (key.max ?? 0);
  }
  if (column.family === 'text' && key.family === 'number') return column.shapes.counts.digits > 0;
  return column.family === 'text' || (column.whole && key.family === 'text');
}

/** How a key is compared with values that are given as text: as whole numbers where it is of such. */
function asked(key: ColumnFacts): {
  readonly name: string;
  takes(value: string): boolean;
  write(value: string): string;
} {
  const name = quoted(key.column.sql_name);
  if (key.column.type.kind === 'integer') {
    return { name, takes: (value) => /^(0|-?[1-9]\d{0,17})$/.test(value), write: (value) => value };
  }
  return { name: `CAST(${name} AS VARCHAR)`, takes: (value) => !value.includes('\0'), write: literal };
}

/** Up to 200 different sampled values of a column, but for those that say "none". */
function someValues({ sample }: ColumnFacts): readonly string[] {
  const some = new Set<string>();
  for (const value of sample) {
    if (some.size === LOOKED_UP) break;
    if (value !== null && !NONE.includes(value)) some.add(value);
  }
  return [...some];
}

/** Of some values of each column, the share found in the key. */
async function hitsOfSample(
  source: Source,
  key: ColumnFacts,
  columns: readonly ColumnFacts[],
  valuesOf: ReadonlyMap<ColumnFacts, readonly string[]>,
): Promise<Map<ColumnFacts, number>> {
  const { name, takes, write } = asked(key);
  const looked = columns.map((column) => valuesOf.get(column) ?? []);
  const values = [...new Set(looked.flat())].filter(takes);
  if (values.length === 0) return new Map();
  const rows = await source.run(
    `SELECT DISTINCT CAST(${name} AS VARCHAR) FROM ${source.relation} WHERE ${name} IN (${values.map(write).join(', ')})`,
  );
  const found = new Set(rows.map(([value]) => value));
  return new Map(
    columns.map((column, i) => {
      const list = looked[i] ?? [];
      const hits = list.filter((v) => found.has(v)).length;
      return [column, hits / Math.max(1, list.length)];
    }),
  );
}

/** From the first to the last instant, in microseconds. */
async function spanOf({ run, pieces }: Source, facts: ColumnFacts | undefined): Promise<number> {
  if (facts === undefined) return 0;
  const ends: number[] = [];
  for (const piece of pieces) {
    const found = await askPiece(run, piece, endsOf(facts.column));
    ends.push(...[...found.values()].flatMap((text) => (text === null ? [] : [Number(text)])));
  }
  return ends.length === 0 ? 0 : Math.max(...ends) - Math.min(...ends);
}

/** Follows the pointers of some rows, drawn from those that have one, whatever the table's size. */
async function lookUp(
  source: Source,
  column: ColumnFacts,
  key: ColumnFacts,
  times: Times & { readonly span: number },
): Promise<Reference> {
  const castTo = column.family === key.family ? undefined : 'VARCHAR';
  const value = (facts: ColumnFacts) => {
    const name = quoted(facts.column.sql_name);
    return castTo === undefined ? name : `CAST(${name} AS ${castTo})`;
  };
  const time = (facts: ColumnFacts | undefined) =>
    facts === undefined ? 'CAST(NULL AS TIMESTAMP)' : instant(quoted(facts.column.sql_name));
  const one = oneIn(column.nonNull, POINTING_ROWS);
  const nearRows = Math.max(NEARBY, Math.floor(key.rows / 20));
  const nearTime = Math.floor(times.span / 20);
  // A small table is read once, of a large one only what is wanted.
  const held = key.rows <= POINTING_ROWS ? 'MATERIALIZED' : 'NOT MATERIALIZED';
  const from = `(WITH t AS ${held} (SELECT row_number AS r, ${value(key)} AS k, ${value(column)} AS p, ${time(times.start)} AS s, ${time(times.end)} AS e FROM ${source.relation}),
  a AS (SELECT * FROM t WHERE p IS NOT NULL AND ${drawn('r')} % ${one} = 0),
  b AS (SELECT k, min(r) AS r, min(p) AS p, min(s) AS s, max(e) AS e FROM t WHERE k IN (SELECT p FROM a) GROUP BY k)
  SELECT a.k AS ak, a.p AS ap, a.r AS ar, a.s AS a_s, b.k AS bk, b.p AS bp, b.r AS br, b.s AS bs, b.e AS be
  FROM a LEFT JOIN b ON a.p = b.k)`;
  const none =
    column.family === 'number' && castTo === undefined
      ? '(ap IN (0, -1) AND bk IS NULL)'
      : "(ap IN ('', '0', '-1') AND bk IS NULL)";
  const other = 'bk IS NOT NULL AND ap <> ak';
  const keyWidth = ((key.max ?? 0) - (key.min ?? 0)) / 20;
  const nearKey =
    key.family === 'number' && castTo === undefined
      ? ` OR abs(ap - ak) <= ${Math.max(NEARBY, Math.floor(keyWidth))}`
      : '';
  const found = await countsIn(source.run, from, {
    pointing: `count(*) FILTER (WHERE NOT ${none})`,
    found: 'count(bk)',
    own: 'count(*) FILTER (WHERE ap = ak)',
    others: `count(*) FILTER (WHERE ${other})`,
    near: `count(*) FILTER (WHERE ${other} AND (abs(ar - br) <= ${nearRows} OR abs(epoch_us(a_s) - epoch_us(bs)) <= ${nearTime}${nearKey}))`,
    heads: `count(*) FILTER (WHERE ${other} AND (bp IS NULL OR bp = bk${column.family === 'number' && castTo === undefined ? ' OR bp IN (0, -1)' : ''}))`,
    endedBefore: `count(*) FILTER (WHERE ${other} AND be <= a_s)`,
  });
  const get = (name: string) => found.get(name) ?? 0;
  return {
    column,
    key,
    lookedAt: one,
    pointing: get('pointing'),
    found: get('found'),
    own: get('own'),
    others: get('others'),
    near: get('near'),
    heads: get('heads'),
    endedBefore: times.start === undefined || times.end === undefined ? null : get('endedBefore'),
  };
}

/**
 * How strongly the values look like pointers at other rows, in [0, 1]. In a slice of a log many pointers lead outside
 * of it; then they still hit the key far more often than numbers drawn from its range would, and close by.
 */
export function referenceStrength(reference: Reference): number {
  const { pointing, found, own, others, near, column, key } = reference;
  if (pointing === 0 || others === 0 || own === pointing) return 0;
  const contained = found / pointing;
  if (contained < 0.3) return 0;
  const range = key.family === 'number' ? (key.max ?? 0) - (key.min ?? 0) + 1 : Number.POSITIVE_INFINITY;
  const chance = Math.min(1, key.distinct / range);
  const beyondChance = chance < 1 ? (contained - chance) / (1 - chance) : 0;
  const sliced = beyondChance >= 0.4 && near * 10 >= others * 9 ? 0.7 : 0;
  const spread = column.distinct < 5 && column.nonNull > 50 ? 0.3 : 1;
  const closeness = near * 2 >= others ? 1 : 0.4;
  return Math.max(sliced, Math.min(1, contained * contained * 1.02)) * spread * closeness;
}
