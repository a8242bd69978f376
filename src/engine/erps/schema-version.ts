import { hashJson } from '../../base/index.ts';
import type { ColumnType, DatasetSchema, Erp, ErpSchemaVersion } from '../../contract/index.ts';

type Columns = ErpSchemaVersion['columns'];

/** The columns of a table by header and type, and the hash of just that. */
export function schemaVersionOf({ columns }: DatasetSchema): ErpSchemaVersion {
  return hashed(columns.map(({ name, type }) => ({ name, type })));
}

export function hashed(columns: Columns): ErpSchemaVersion {
  return { sha256: hashJson(columns), columns };
}

/** How a table differs from the accepted schema that is nearest to it, in sentences; empty where it is accepted. */
export function schemaDiffers({ name, schema_versions }: Erp, schema: DatasetSchema): string[] {
  const found = schemaVersionOf(schema);
  if (schema_versions.some(({ sha256 }) => sha256 === found.sha256)) return [];
  const [first, ...others] = schema_versions.map(({ columns }) => differences(columns, found.columns));
  if (first === undefined) return [`the ERP "${name}" has accepted no schema yet`];
  return others.reduce((nearest, other) => (other.length < nearest.length ? other : nearest), first);
}

/** How the columns of a table differ from those of another, in sentences; empty where they are the same. */
export function schemaDifferences(known: DatasetSchema, found: DatasetSchema): string[] {
  const [before, now] = [schemaVersionOf(known), schemaVersionOf(found)];
  return before.sha256 === now.sha256 ? [] : differences(before.columns, now.columns);
}

function differences(known: Columns, found: Columns): string[] {
  const before = new Map(known.map((column) => [column.name, column.type]));
  const now = new Map(found.map((column) => [column.name, column.type]));
  const sentences = [
    ...found.flatMap(({ name, type }) => {
      const was = before.get(name);
      if (was === undefined) return [`the column "${name}" (${typeText(type)}) is new`];
      return typeText(was) === typeText(type)
        ? []
        : [`the column "${name}" is ${typeText(type)} and was ${typeText(was)}`];
    }),
    ...known.filter(({ name }) => !now.has(name)).map(({ name }) => `the column "${name}" is gone`),
  ];
  return sentences.length > 0 ? sentences : ['the columns stand in another order'];
}

function typeText(type: ColumnType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}
