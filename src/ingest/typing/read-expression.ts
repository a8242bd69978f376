import type { ColumnType } from '../../contract/index.ts';
import { duckdbType } from '../../dataset/index.ts';
import { quoteName, quoteText } from '../duckdb.ts';
import { KIND } from './cell-kind.ts';
import type { ColumnTally } from './column-tally.ts';
import { dayMonthPatterns } from './column-type.ts';
import type { ForcedType } from './forced-type.ts';

/**
 * How one column is read: the type DuckDB's reader parses it as, the text to go on with (missing cells made null), and
 * the expressions over that text written to Parquet. The column has the name `raw` throughout.
 */
export interface ColumnReading {
  readonly raw: string;
  readonly readAs: string;
  readonly present: string;
  readonly value: string;
  /** Minutes east of UTC, for columns of instants. */
  readonly offset?: string;
}

/** What the operator named of a column: its type, the order of its dates. */
interface Named {
  readonly forced: ForcedType | undefined;
  readonly dayFirst: boolean | undefined;
}

/**
 * How to read a column of this type, all of whose cells were tallied. Plain columns are parsed by DuckDB's reader
 * itself; the rest are read as text and turned into the type by SQL.
 */
export function readingOf(
  ordinal: number,
  type: ColumnType,
  tally: ColumnTally,
  named: Named,
): ColumnReading {
  const { forced } = named;
  const raw = `c${ordinal}`;
  if (type.kind === 'text') return { raw, readAs: 'VARCHAR', present: raw, value: raw };
  const daysAndMonths = tally.separators.size > 0;
  const simple =
    tally.plain &&
    tally.markers.size === 0 &&
    tally.quotedEmpty === 0 &&
    !daysAndMonths &&
    forced === undefined;
  if (simple && type.kind !== 'timestamptz')
    return { raw, readAs: duckdbType(type), present: raw, value: raw };
  const base = { raw, readAs: 'VARCHAR', present: presentText(raw, tally, forced) };
  if (type.kind !== 'timestamptz') return { ...base, value: typedValue(raw, type, tally, named) };
  return { ...base, ...instantValue(raw) };
}

function presentText(raw: string, tally: ColumnTally, forced: ForcedType | undefined): string {
  const text = forced === undefined ? raw : `trim(${raw}, ' ')`;
  const missing = ['', ...tally.markers.keys()].map(quoteText).join(', ');
  return `CASE WHEN ${text} IN (${missing}) THEN NULL ELSE ${text} END`;
}

function typedValue(raw: string, type: ColumnType, tally: ColumnTally, named: Named): string {
  const { forced } = named;
  if (forced !== undefined && type.kind === 'boolean') {
    return `(lower(${raw}) IN ('true', 't', 'yes', 'y', '1'))`;
  }
  if (tally.separators.size > 0) return dayMonthValue(raw, duckdbType(type), tally, named);
  const commas = forced?.decimalComma === true || (tally.kinds & KIND.comma) !== 0;
  const pointed = commas ? `translate(${raw}, ',.', '.,')` : raw;
  const ungrouped = tally.grouped || commas ? `replace(${pointed}, ',', '')` : raw;
  return `CAST(${ungrouped} AS ${duckdbType(type)})`;
}

/** Dates in day-month or month-day order; forced columns may mix them with ISO dates. */
function dayMonthValue(raw: string, target: string, tally: ColumnTally, { forced, dayFirst }: Named): string {
  const patterns = dayMonthPatterns(tally, dayFirst).map(quoteText).join(', ');
  if (forced === undefined) return `CAST(strptime(${raw}, [${patterns}]) AS ${target})`;
  return `CAST(coalesce(try_strptime(${raw}, [${patterns}]), CAST(${raw} AS TIMESTAMP)) AS ${target})`;
}

/** An instant is the local time less the offset; the offset, in minutes, is kept beside it. */
function instantValue(raw: string): { readonly value: string; readonly offset: string } {
  const behind = (length: number) => `right(${raw}, ${length})`;
  const signed = (length: number) => `left(${behind(length)}, 1) IN ('+', '-')`;
  const byForm = (z: string, form: (length: number) => string) =>
    `CASE WHEN upper(${behind(1)}) = 'Z' THEN ${z} WHEN ${signed(6)} THEN ${form(6)} ` +
    `WHEN ${signed(5)} THEN ${form(5)} WHEN ${raw} IS NOT NULL THEN ${form(3)} END`;
  const minutes = byForm('0', (length) => {
    const sign = `CASE WHEN left(${behind(length)}, 1) = '-' THEN -1 ELSE 1 END`;
    const hours = `60 * CAST(substr(${behind(length)}, 2, 2) AS INTEGER)`;
    return length === 3 ? `${sign} * ${hours}` : `${sign} * (${hours} + CAST(${behind(2)} AS INTEGER))`;
  });
  const local = byForm(`left(${raw}, -1)`, (length) => `left(${raw}, -${length})`);
  return {
    value: `timezone('UTC', CAST(upper(rtrim(${local})) AS TIMESTAMP) - to_minutes(CAST(${minutes} AS BIGINT)))`,
    offset: `CAST(${minutes} AS SMALLINT)`,
  };
}

/** A column's reading as an item of a SELECT list, with its companion. */
export function selectItems(reading: ColumnReading, sqlName: string): string[] {
  const items = [`${reading.value} AS ${quoteName(sqlName)}`];
  if (reading.offset !== undefined) items.push(`${reading.offset} AS ${quoteName(`_sh_offset_${sqlName}`)}`);
  return items;
}
