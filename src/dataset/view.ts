import type { DatasetSchema, Part, Sample } from '../contract/index.ts';
import { duckdbType } from './column-types.ts';
import type { PartFile } from './dataset.ts';
import { sampleCondition } from './sample.ts';
import { parquetAt, quoteName, quoteText } from './sql-text.ts';

/** File name of a part in everything that is printed: `part-00001.parquet`. */
export function printedPartName(ordinal: number): string {
  return `part-${String(ordinal).padStart(5, '0')}.parquet`;
}

/**
 * `CREATE VIEW data` over the parts in order: `_sh_part`, `_sh_row_number`, then the typed columns. A part whose
 * column has a narrower type is cast to the schema's. Doubles have 0 added, which makes 0 of -0: the two compare equal,
 * so which of them a group shows would depend on the threads.
 */
export function createViewSql(
  parts: readonly PartFile[],
  schema: DatasetSchema,
  source: (file: PartFile, ordinal: number) => string,
  sample?: Sample,
): string {
  const selects = parts.map((file, index) => {
    const select = selectOfPart(file, schema, source(file, index + 1), index + 1);
    return sample === undefined ? select : `${select}\nWHERE ${sampleCondition(file, schema, sample)}`;
  });
  return `CREATE VIEW data AS\n${selects.join('\nUNION ALL\n')}`;
}

/** The statements that make `data` in the plain duckdb command line, beside the part files; of a sample just its rows. */
export function printedViewSql(
  parts: readonly PartFile[],
  schema: DatasetSchema,
  sample: Sample | undefined,
): string {
  const view = createViewSql(parts, schema, printedSource, sample);
  return `SET TimeZone = 'UTC';\n${view};`;
}

/** A part where it lies on this machine. */
export function storedSource({ parquetPath }: PartFile): string {
  return parquetAt(parquetPath);
}

/** A part beside whoever reads the text: without a folder, nothing has to be told to DuckDB. */
function printedSource(_: PartFile, ordinal: number): string {
  return `read_parquet(${quoteText(printedPartName(ordinal))})`;
}

function selectOfPart(file: PartFile, schema: DatasetSchema, source: string, ordinal: number): string {
  const columns = schema.columns.map((column) =>
    columnOfPart(file.part, column.sql_name, duckdbType(column.type)),
  );
  const items = [`CAST(${ordinal} AS INTEGER) AS _sh_part`, 'row_number AS _sh_row_number', ...columns];
  return `SELECT ${items.join(', ')}\nFROM ${source}`;
}

function columnOfPart(part: Part, sqlName: string, type: string): string {
  const own = part.columns.find((column) => column.sql_name === sqlName);
  if (!own) throw new Error(`part ${part.part_id} has no column ${sqlName}`);
  const name = quoteName(sqlName);
  const value = duckdbType(own.type) === type ? name : `CAST(${name} AS ${type})`;
  if (type === 'DOUBLE') return `${value} + CAST(0 AS DOUBLE) AS ${name}`;
  return value === name ? name : `${value} AS ${name}`;
}
