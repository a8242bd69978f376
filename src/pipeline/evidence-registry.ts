import type {
  DerivationEvidence,
  Evidence,
  FieldValue,
  QueryEvidence,
  RawDerivation,
} from '../contract/index.ts';
import type { QueryResult } from '../dataset/index.ts';
import type { ExactResult } from '../sdk/index.ts';

/** An exact aggregate that the host computed, with the query that counts what went into it. */
export interface ExactRecord {
  readonly result: ExactResult;
  readonly input: QueryResult;
}

/**
 * Everything that the host computed for one execution, by handle: the only source of numbers for its findings.
 * Handles are `q1`, `q2` … for queries and `e1`, `e2` … for exact aggregates, in the order they were answered: names
 * between the host and one execution, which no document has.
 */
export interface EvidenceRegistry {
  readonly queries: ReadonlyMap<string, QueryResult>;
  readonly exacts: ReadonlyMap<string, ExactRecord>;
  addQuery(result: QueryResult): string;
  addExact(record: ExactRecord): string;
}

/** How much they may be together is bounded where they are answered: src/plugin-host/answer-budget.ts. */
export function evidenceRegistry(): EvidenceRegistry {
  const queries = new Map<string, QueryResult>();
  const exacts = new Map<string, ExactRecord>();
  return {
    queries,
    exacts,
    addQuery(result) {
      const handle = `q${queries.size + 1}`;
      queries.set(handle, result);
      return handle;
    },
    addExact(record) {
      const handle = `e${exacts.size + 1}`;
      exacts.set(handle, record);
      return handle;
    },
  };
}

const CITED_ROWS = 100;

/** A query as evidence, with the fields that it yields. */
export function queryEvidence(
  result: QueryResult,
  yields: QueryEvidence['yields'],
  citesRows = false,
): QueryEvidence {
  const rows = citesRows ? citedRows(result, CITED_ROWS) : undefined;
  return {
    kind: 'query',
    sql: result.sql,
    parameters: result.parameters,
    result_sha256: result.resultSha256,
    row_count: result.rows.length,
    yields,
    ...(rows && { rows, rows_total: result.rows.length }),
  };
}

/** The first rows that a result identifies by `_sh_part` and `_sh_row_number`; undefined where it lacks them. */
export function citedRows(
  result: QueryResult,
  most: number,
): { part: number; row_number: number }[] | undefined {
  const part = result.columns.findIndex((column) => column.name === '_sh_part');
  const row = result.columns.findIndex((column) => column.name === '_sh_row_number');
  if (part < 0 || row < 0) return undefined;
  return result.rows
    .slice(0, most)
    .map((cells) => ({ part: Number(cells[part]), row_number: Number(cells[row]) }));
}

/** An exact aggregate as evidence; `yields` maps a field to the path `group.column.statistic`. */
export function exactEvidence(
  record: ExactRecord,
  yields: Readonly<Record<string, string>>,
): DerivationEvidence {
  const values: Record<string, FieldValue> = {};
  for (const path of Object.values(yields)) values[path] = exactValue(record.result, path);
  return {
    kind: 'derivation',
    method: record.result.description.method,
    parameters: record.result.description.parameters as Record<string, unknown>,
    yields,
    values,
    by: 'host',
    inputs: [queryEvidence(record.input, {})],
  };
}

function exactValue(result: ExactResult, path: string): FieldValue {
  const [group, statistic] = [path.slice(0, path.indexOf('.')), path.slice(path.lastIndexOf('.') + 1)];
  const column = path.slice(group.length + 1, path.length - statistic.length - 1);
  const found = result.groups[Number(group)]?.columns[column]?.[statistic];
  return found === undefined ? { value: null } : { ...found };
}

/** A plugin's own derivation as evidence, with its inputs all the way down. */
export function derivationEvidence(
  derivation: RawDerivation,
  yields: Readonly<Record<string, string>>,
  evidenceOf: (handle: string) => Evidence,
): DerivationEvidence {
  return {
    kind: 'derivation',
    method: derivation.method,
    parameters: derivation.parameters,
    yields,
    values: Object.fromEntries(Object.entries(derivation.values).map(([name, value]) => [name, { value }])),
    by: 'plugin',
    inputs: derivation.inputs.map(evidenceOf),
  };
}
