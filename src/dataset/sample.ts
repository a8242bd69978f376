import type { DatasetSchema, Sample } from '../contract/index.ts';
import { duckdbType } from './column-types.ts';
import type { PartFile } from './dataset.ts';
import { quoteName, quoteText } from './sql-text.ts';

/** A part's id as it stands in the text that is hashed: enough to tell parts apart, and short enough for one block. */
const PART_DIGITS = 16;
const BITS = 64n;

/**
 * The condition that a row of a part is in the sample: md5 of a text, as a number, lies below the fraction. The text of
 * `rows` is seed, part and row number; that of `cases` is seed and value, and a row without a value is drawn for itself.
 * So whether a row is drawn depends on no other row, nor on order, chunks or threads, and md5 of a text is the same in
 * every version of DuckDB and in every other tool.
 */
export function sampleCondition({ part }: PartFile, schema: DatasetSchema, sample: Sample): string {
  const id = part.part_id.slice('sha256:'.length).slice(0, PART_DIGITS);
  const row = `${quoteText(`${sample.seed}:${id}:`)} || CAST(row_number AS VARCHAR)`;
  const text =
    sample.column === undefined ? row : `coalesce(${caseText(sample, sample.column, schema)}, ${row})`;
  return `md5(${text}) < '${threshold(sample.fraction)}'`;
}

/** The value as the whole table has it, so that it is the same text in every part; NULL where there is none. */
function caseText({ seed }: Sample, sqlName: string, schema: DatasetSchema): string {
  const column = schema.columns.find(({ sql_name }) => sql_name === sqlName);
  if (column === undefined) throw new Error(`a sample by ${sqlName}, which is no column`);
  const value = `CAST(CAST(${quoteName(sqlName)} AS ${duckdbType(column.type)}) AS VARCHAR)`;
  return `${quoteText(`${seed}:case:`)} || ${value}`;
}

/**
 * The first 64 of the 128 bits of md5 below which the fraction lies, as hex digits: they compare as texts like the
 * numbers do. A double times a power of two is exact.
 */
function threshold(fraction: number): string {
  const below = BigInt(Math.floor(fraction * 2 ** Number(BITS)));
  return below.toString(16).padStart(Number(BITS / 4n), '0');
}
