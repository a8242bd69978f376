import type { ColumnType, Part, RunManifest } from '../contract/index.ts';
import { coverageText } from './coverage-text.ts';
import { PAYLOAD, type PackFile } from './payload.ts';

/** A part with the files that are packed of it. */
export interface PackedInput {
  readonly upload: PackFile;
  readonly part: Part;
  readonly parquet: PackFile;
  /** Its documents, and the records that could not be read. */
  readonly others: readonly PackFile[];
}

/** `datapackage.json` (Data Package 2.0): the data in the pack, with the types of their columns. */
export function dataPackageText(manifest: RunManifest, inputs: readonly PackedInput[]): string {
  const document = {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
    name: `run-${manifest.run_id}`,
    title: `Data of the dataset "${manifest.dataset.name}"`,
    ...(manifest.coverage.kind === 'SAMPLED' && {
      description: `All rows; the run looked at some of them. ${coverageText(manifest.coverage)}.`,
    }),
    created: manifest.finished_at,
    resources: inputs.flatMap(({ upload, part, parquet }, index) => [
      { ...resource(`upload-${index + 1}`, upload), title: 'The file as it was uploaded' },
      {
        ...resource(`part-${index + 1}`, parquet),
        title: 'Its rows, typed',
        format: 'parquet',
        schema: { fields: fieldsOf(part) },
      },
    ]),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function resource(name: string, { path, bytes, sha256, mediaType }: PackFile) {
  return { name, path: path.slice(PAYLOAD.length), mediatype: mediaType, bytes, hash: sha256 };
}

/** The columns of the Parquet file that hold the table; helpers of the engine are left out. */
function fieldsOf(part: Part) {
  const rowNumber = {
    name: 'row_number',
    type: 'integer',
    description: 'Record of the uploaded file, from 1',
  };
  const fields = part.columns.map(({ name, sql_name, type }) => ({
    name: sql_name,
    type: fieldType(type),
    ...(name !== sql_name && { title: name }),
  }));
  return [rowNumber, ...fields];
}

function fieldType(type: ColumnType): string {
  switch (type.kind) {
    case 'integer':
      return 'integer';
    case 'decimal':
    case 'double':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'date':
      return 'date';
    case 'time':
      return 'time';
    case 'timestamp':
    case 'timestamptz':
      return 'datetime';
    case 'text':
      return 'string';
  }
}
