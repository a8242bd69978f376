import type { DatasetSchema, Erp } from '../../contract/index.ts';
import type { Appdata } from '../app.ts';
import { schemaDiffers } from './schema-version.ts';

/** An ERP that a table seems to come from. */
export interface ErpGuess {
  readonly name: string;
  readonly why: string;
  readonly guessed: true;
  readonly schema_differs: readonly string[];
}

/** An ERP is guessed where it knows at least this share of the headers. */
const LEAST_SHARE = 0.6;

/** The ERP that knows most of a table's headers, the first by name of equals; null where none knows enough. */
export function guessErp({ state }: Pick<Appdata, 'state'>, schema: DatasetSchema): ErpGuess | null {
  const total = schema.columns.length;
  const best = state.erps
    .list()
    .map(({ document }) => ({ erp: document, known: knownHeaders(document, schema) }))
    .reduce<{ erp: Erp; known: number } | undefined>(
      (most, one) => (most === undefined || one.known > most.known ? one : most),
      undefined,
    );
  if (best === undefined || best.known < total * LEAST_SHARE) return null;
  const { erp, known } = best;
  const why = `it knows ${known} of the ${total} columns`;
  return { name: erp.name, why, guessed: true, schema_differs: schemaDiffers(erp, schema) };
}

function knownHeaders({ columns, schema_versions }: Erp, schema: DatasetSchema): number {
  const known = new Set([
    ...columns.map(({ name }) => name),
    ...schema_versions.flatMap((version) => version.columns.map(({ name }) => name)),
  ]);
  return schema.columns.filter(({ name }) => known.has(name)).length;
}
