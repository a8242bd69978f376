import Type, { type Static } from 'typebox';
import { closed, oneOf, patterned, Sha256Schema } from './common.ts';
import { ColumnType, DateOrder } from './dataset.ts';
import { ENCODINGS } from './encodings.ts';
import { KnownIssue } from './known-issue.ts';
import { ProcessDefaults } from './process-defaults.ts';

/** What an ERP may be called. */
export const ErpName = patterned(
  '^[^\\s\\u0000-\\u001f\\u007f-\\u009f]([^\\u0000-\\u001f\\u007f-\\u009f]{0,98}[^\\s\\u0000-\\u001f\\u007f-\\u009f])?$',
  'a name of at most 100 characters, without control characters and without spaces at its ends',
);

/** A column as the datasets of an ERP have it, by its header, and what it was confirmed to mean. */
export const ErpColumn = closed({
  name: Type.String({ maxLength: 1000 }),
  type: ColumnType,
  roles: Type.Array(
    closed({
      role: Type.String({ maxLength: 50 }),
      /** As it was inferred; 1 where somebody named it. */
      confidence: Type.Number({ minimum: 0, maximum: 1 }),
      /** Somebody said so, and the next dataset need not guess. */
      confirmed: Type.Boolean(),
    }),
    { maxItems: 10 },
  ),
});
export type ErpColumn = Static<typeof ErpColumn>;

/** Columns, in their order, by header and type; `sha256` is the hash of just that. */
export const ErpSchemaVersion = closed({
  sha256: Sha256Schema,
  columns: Type.Array(closed({ name: Type.String({ maxLength: 1000 }), type: ColumnType }), {
    maxItems: 10_000,
  }),
});
export type ErpSchemaVersion = Static<typeof ErpSchemaVersion>;

/** How files of the ERP are read where nothing else is said. */
export const ErpIngest = Type.Partial(
  closed({
    encoding: oneOf(...ENCODINGS),
    delimiter: Type.String({ minLength: 1, maxLength: 1 }),
    quote: Type.String({ minLength: 1, maxLength: 1 }),
    header: oneOf('auto', 'yes', 'no'),
    /** Forced types by header, as with `--type`. */
    types: Type.Record(Type.String(), Type.String()),
    date_order: DateOrder,
  }),
  { additionalProperties: false },
);
export type ErpIngest = Static<typeof ErpIngest>;

/** What is true of every dataset that comes from one ERP system. `erps export` writes it, `erps import` reads it. */
export const Erp = closed(
  {
    schema_version: Type.Literal('erp.v1'),
    name: ErpName,
    description: Type.String({ maxLength: 2000 }),
    /** The column dictionary with the confirmed roles, by header. */
    columns: Type.Array(ErpColumn, { maxItems: 10_000 }),
    /** Schemas that were accepted: another one is told. */
    schema_versions: Type.Array(ErpSchemaVersion, { maxItems: 1000 }),
    ingest: ErpIngest,
    process: ProcessDefaults,
    /** Settings by plugin id. */
    plugins: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())),
    known_issues: Type.Array(KnownIssue, { maxItems: 1000 }),
  },
  { $id: 'erp.v1' },
);
export type Erp = Static<typeof Erp>;
