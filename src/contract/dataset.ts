import Type, { type Static } from 'typebox';
import { closed, oneOf, Sha256Schema } from './common.ts';
import { ENCODINGS } from './encodings.ts';

/**
 * The type of a column, decided on all its cells. `decimal` with scale 0 holds integers beyond 64 bits;
 * `timestamptz` is an instant (UTC); `timestamp` has no zone.
 */
export const ColumnType = Type.Union([
  closed({ kind: oneOf('integer', 'double', 'boolean', 'date', 'time', 'timestamp', 'timestamptz', 'text') }),
  closed({
    kind: Type.Literal('decimal'),
    precision: Type.Integer({ minimum: 1, maximum: 38 }),
    scale: Type.Integer({ minimum: 0, maximum: 38 }),
  }),
]);
export type ColumnType = Static<typeof ColumnType>;

/** A column: the header of the source, and the unique name it has in SQL. */
export const Column = closed({
  name: Type.String(),
  sql_name: Type.String({ minLength: 1 }),
  type: ColumnType,
});
export type Column = Static<typeof Column>;

/** The columns of a part or dataset version, in the order of the source. */
export const DatasetSchema = closed(
  { schema_version: Type.Literal('dataset_schema.v1'), columns: Type.Array(Column) },
  { $id: 'dataset_schema.v1' },
);
export type DatasetSchema = Static<typeof DatasetSchema>;

/** What a table may be written as. `json` is any JSON text but one record a line, which is `jsonl`. */
export const FORMATS = ['csv', 'parquet', 'json', 'jsonl', 'xlsx'] as const;
export type Format = (typeof FORMATS)[number];

/** A table of a file that holds several: its number from 1, or its name. */
export const TableChoice = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ minLength: 1 })]);
export type TableChoice = Static<typeof TableChoice>;

/** Day, month, year, or month, day, year. */
export const DateOrder = oneOf('dmy', 'mdy');
export type DateOrder = Static<typeof DateOrder>;

/** Options of ingest that can change what is read; all of them are in the part's id. */
export const IngestOptions = closed({
  format: oneOf('auto', ...FORMATS),
  delimiter: Type.Union([Type.String({ minLength: 1, maxLength: 1 }), Type.Null()]),
  quote: Type.Union([Type.String({ minLength: 1, maxLength: 1 }), Type.Null()]),
  header: oneOf('auto', 'yes', 'no'),
  /** Forced types by source header, e.g. `{"ZIP": "text"}`. */
  types: Type.Record(Type.String(), Type.String()),
  /** Which comes first in dates like 1/2/2025 of a column where no value tells: the day, or the month. */
  date_order: Type.Optional(DateOrder),
  /** The sheet of a workbook, by name. */
  sheet: Type.Optional(Type.String({ minLength: 1 })),
  /** Which table of a file that holds several, by number from 1 in the order of the file, or by name; else the largest. */
  table: Type.Optional(TableChoice),
  /** How a file of text writes its characters, where that was named. */
  encoding: Type.Optional(oneOf(...ENCODINGS)),
});
export type IngestOptions = Static<typeof IngestOptions>;

/** One ingested file: a Parquet file in source order with `row_number` and typed columns. */
export const Part = closed(
  {
    schema_version: Type.Literal('part.v1'),
    part_id: Sha256Schema,
    upload_sha256: Sha256Schema,
    reader_version: Type.String(),
    options: IngestOptions,
    row_count: Type.Integer({ minimum: 0 }),
    rejected_rows: Type.Integer({ minimum: 0 }),
    /** Rows per chunk: a power of two, from the part's own schema only. */
    chunk_rows: Type.Integer({ minimum: 1 }),
    /** Physical line of a row: `row_number + offset`, or a stored column where records span lines. */
    source_lines: Type.Union([
      closed({ kind: Type.Literal('offset'), offset: Type.Integer() }),
      closed({ kind: Type.Literal('column') }),
      closed({ kind: Type.Literal('none') }),
    ]),
    columns: Type.Array(Column),
    parquet_sha256: Sha256Schema,
    parquet_bytes: Type.Integer(),
    /** Of the rows in it, whatever its bytes: a part that is made again has the same. Parts of the first engines lack it. */
    rows_sha256: Type.Optional(Sha256Schema),
    /** Of `ingest_report.json` beside it. */
    ingest_report_sha256: Type.Optional(Sha256Schema),
    /** Of `rejects.parquet` beside it: the records that could not be read, whole. Absent where there are none. */
    rejects_sha256: Type.Optional(Sha256Schema),
  },
  { $id: 'part.v1' },
);
export type Part = Static<typeof Part>;

/** What the reader met and did, per column. */
export const IngestColumn = closed({
  name: Type.String(),
  sql_name: Type.String(),
  type: ColumnType,
  /** Why this type, in one sentence. */
  why: Type.String(),
  missing: Type.Integer(),
  /** Cells that were markers of a missing value (N/A, -, null …), by raw text. */
  markers: Type.Array(closed({ text: Type.String(), count: Type.Integer() })),
  /** Offsets from UTC as written in the source, with counts (timestamptz only). */
  offsets: Type.Array(closed({ text: Type.String(), count: Type.Integer() })),
  /** Cells that a forced type could not take. */
  rejected: Type.Array(closed({ row_number: Type.Integer(), text: Type.String() })),
  rejected_count: Type.Integer(),
});
export type IngestColumn = Static<typeof IngestColumn>;

/** A record that could not be read; it keeps its number, which no row has. */
export const RejectedRecord = closed({
  row_number: Type.Integer(),
  source_line: Type.Integer(),
  reason: Type.String(),
  text: Type.String(),
});
export type RejectedRecord = Static<typeof RejectedRecord>;

/** What was read, how, and everything that was repaired, rejected or assumed. Content only. */
export const IngestReport = closed(
  {
    schema_version: Type.Literal('ingest_report.v1'),
    upload_sha256: Sha256Schema,
    bytes: Type.Integer(),
    format: oneOf(...FORMATS),
    /** What the file was packed in, the name of the table's file inside, and the bytes of that file. */
    container: Type.Optional(
      closed({
        kind: oneOf('gzip', 'zip'),
        entry: Type.Union([Type.String(), Type.Null()]),
        bytes: Type.Integer(),
      }),
    ),
    /** The tables of a file that holds several, in its order; exactly one was read. Rows where they were counted. */
    tables: Type.Optional(
      Type.Array(
        closed({
          name: Type.String(),
          rows: Type.Union([Type.Integer(), Type.Null()]),
          read: Type.Boolean(),
        }),
      ),
    ),
    dialect: Type.Union([
      closed({
        delimiter: Type.String(),
        quote: Type.String(),
        header: Type.Boolean(),
        line_ending: oneOf('lf', 'crlf', 'cr', 'mixed'),
        byte_order_mark: Type.Boolean(),
      }),
      Type.Null(),
    ]),
    /**
     * How a text writes its characters, where that is not UTF-8, and who says so: somebody who named it, the byte order
     * mark in the file, or nobody: then what speaks for the guess.
     */
    encoding: Type.Optional(
      closed({
        name: oneOf(...ENCODINGS),
        how: oneOf('named', 'mark', 'guess'),
        why: Type.Optional(Type.String()),
      }),
    ),
    row_count: Type.Integer(),
    rejected_rows: Type.Integer(),
    /** The first 1,000 records that could not be read, their text shortened: all of it is in `rejects.parquet`. */
    rejected_records: Type.Optional(Type.Array(RejectedRecord)),
    columns: Type.Array(IngestColumn),
    /** Sentences about what was assumed or renamed. */
    notes: Type.Array(Type.String()),
  },
  { $id: 'ingest_report.v1' },
);
export type IngestReport = Static<typeof IngestReport>;

/** One column bound to a role. */
export const RoleBinding = closed({
  role: Type.String(),
  sql_name: Type.String(),
  /** Of depends_on, parent and chain: the column whose values it holds, where that is not the run_id. */
  points_at: Type.Optional(Type.String()),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  source: oneOf('flag', 'confirmed', 'inferred'),
  reasons: Type.Array(Type.String()),
});
export type RoleBinding = Static<typeof RoleBinding>;

/** What the values of a derived column are. A `month` is a date, the first of the month. */
export const DERIVED_KINDS = ['integer', 'decimal', 'date', 'month', 'text'] as const;

/**
 * A column that no file holds: a named SQL expression over `data`, such as one key of a text with parameters. Counts are
 * of the whole table.
 */
export const DerivedDefinition = closed({
  /** The key as it is written, for readers. */
  name: Type.String(),
  sql_name: Type.String({ minLength: 1 }),
  /** The column it is read from, by `sql_name`. */
  from: Type.String(),
  /** The key in that column's text, for JSON a path with dots; null where the whole column is read. */
  key: Type.Union([Type.String(), Type.Null()]),
  kind: oneOf(...DERIVED_KINDS),
  type: ColumnType,
  sql: Type.String(),
  /** Rows with a value. */
  values: Type.Integer({ minimum: 0 }),
  /** Rows whose text is none of this kind, and counts as missing. */
  unparsed: Type.Integer({ minimum: 0 }),
  /** Different values. */
  distinct: Type.Integer({ minimum: 0 }),
  /** Share of the rows that have a value. */
  coverage: Type.Number({ minimum: 0, maximum: 1 }),
});
export type DerivedDefinition = Static<typeof DerivedDefinition>;

/** What the columns mean: solved once for the whole table, before any plan. */
export const RoleMap = closed(
  {
    schema_version: Type.Literal('role_map.v1'),
    bindings: Type.Array(RoleBinding),
    /** Absent where there are none. Of a dataset version, all that its texts hold; of a run, those in use. */
    derived: Type.Optional(Type.Array(DerivedDefinition)),
  },
  { $id: 'role_map.v1' },
);
export type RoleMap = Static<typeof RoleMap>;

/** An ordered list of parts with one schema, and the role map inferred from them. */
export const DatasetVersion = closed(
  {
    schema_version: Type.Literal('dataset_version.v1'),
    dataset_version_id: Sha256Schema,
    parts: Type.Array(Sha256Schema, { minItems: 1 }),
    schema: DatasetSchema,
    row_count: Type.Integer(),
    rejected_rows: Type.Integer(),
    /** Inferred only; flags are a matter of the run. */
    roles: RoleMap,
    /** Hash of the code that inferred them: other code infers them anew. */
    roles_by: Type.Optional(Type.String()),
  },
  { $id: 'dataset_version.v1' },
);
export type DatasetVersion = Static<typeof DatasetVersion>;
