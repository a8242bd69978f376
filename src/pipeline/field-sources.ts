import { byCodePoint } from '../base/index.ts';
import type { Evidence, FieldSource, FieldValue, RawDerivation } from '../contract/index.ts';
import {
  derivationEvidence,
  type EvidenceRegistry,
  exactEvidence,
  queryEvidence,
} from './evidence-registry.ts';
import { describeSource, fieldFromCell } from './field-values.ts';
import type { FillInInput } from './fill-in-input.ts';
import { InvalidOutput, mapValues, required } from './invalid-output.ts';

/** Where values and evidence of one execution come from. */
export interface Sources {
  value(source: FieldSource): FieldValue;
  /** The evidence for some fields, each source once, in a total order. */
  evidence(fields: Readonly<Record<string, FieldSource>>, rows: string | undefined): Evidence[];
}

/** Opens the sources of an output; throws InvalidOutput where a derivation stands on nothing. */
export function sourcesOf(input: FillInInput): Sources {
  const derivations = new Map(input.output.derivations.map((d) => [d.handle, d]));
  assertInputsExist(derivations, input.registry);
  // Each once: derivations that stand on each other would otherwise double with every step.
  const known = new Map<string, Evidence>();
  const evidenceOf = (handle: string): Evidence => {
    const evidence =
      known.get(handle) ?? evidenceFor(handle, {}, input.registry, false) ?? derived(handle, {});
    known.set(handle, evidence);
    return evidence;
  };
  const derived = (handle: string, yields: Readonly<Record<string, string>>): Evidence =>
    derivationEvidence(required(derivations.get(handle), handle), yields, evidenceOf);
  return {
    value: (source) => valueFrom(source, input, derivations),
    evidence(fields, rows) {
      const byHandle = groupByHandle(fields);
      if (rows !== undefined && !byHandle.has(rows)) byHandle.set(rows, {});
      return [...byHandle].map(
        ([handle, sources]) =>
          evidenceFor(handle, sources, input.registry, handle === rows) ?? derived(handle, namesOf(sources)),
      );
    },
  };
}

/** The evidence of a query or an exact aggregate; undefined where the handle is of neither. */
function evidenceFor(
  handle: string,
  fields: Readonly<Record<string, FieldSource>>,
  registry: EvidenceRegistry,
  citesRows: boolean,
): Evidence | undefined {
  const query = registry.queries.get(handle);
  if (query !== undefined) return queryEvidence(query, cellsOf(fields), citesRows);
  const exact = registry.exacts.get(handle);
  return exact && exactEvidence(exact, pathsOf(fields));
}

function valueFrom(
  source: FieldSource,
  input: FillInInput,
  derivations: ReadonlyMap<string, RawDerivation>,
): FieldValue {
  if ('query' in source) return cellValue(source, input.registry);
  if ('exact' in source) return exactValue(source, input.registry);
  if ('derivation' in source) {
    const values = required(derivations.get(source.derivation), source.derivation).values;
    if (!Object.hasOwn(values, source.value))
      throw new InvalidOutput(`there is no ${describeSource(source)}`);
    return derivedValue(values[source.value] ?? null);
  }
  if ('column_name' in source) {
    const column = input.schema.columns.find((candidate) => candidate.sql_name === source.column_name);
    if (column === undefined) throw new InvalidOutput(`there is no ${describeSource(source)}`);
    return { value: column.name };
  }
  const setting = input.settings[source.setting];
  if (typeof setting === 'number' || typeof setting === 'string') return { value: setting };
  throw new InvalidOutput(`${describeSource(source)} is no number and no text`);
}

function cellValue(source: Extract<FieldSource, { query: string }>, registry: EvidenceRegistry): FieldValue {
  const query = registry.queries.get(source.query);
  const column = query?.columns.findIndex((candidate) => candidate.name === source.column) ?? -1;
  const row = query?.rows[source.row];
  if (query === undefined || column < 0 || row === undefined) {
    throw new InvalidOutput(`the cited query does not yield ${describeSource(source)}`);
  }
  if (query.constants.includes(source.column)) {
    throw new InvalidOutput(`${describeSource(source)} is a constant of the query's text, not a result`);
  }
  return fieldFromCell(row[column] ?? null, query.columns[column]?.type ?? '');
}

function exactValue(source: Extract<FieldSource, { exact: string }>, registry: EvidenceRegistry): FieldValue {
  const group = registry.exacts.get(source.exact)?.result.groups[source.group];
  const found = group?.columns[source.column]?.[source.value];
  if (found === undefined)
    throw new InvalidOutput(`the cited exact aggregate does not yield ${describeSource(source)}`);
  return { ...found };
}

/** Decimal text stands for a number that a double can't hold. */
function derivedValue(value: number | string | null): FieldValue {
  return typeof value === 'string' ? fieldFromCell(value, 'DECIMAL') : { value };
}

function groupByHandle(
  fields: Readonly<Record<string, FieldSource>>,
): Map<string, Record<string, FieldSource>> {
  const groups = new Map<string, Record<string, FieldSource>>();
  for (const [name, source] of Object.entries(fields).sort(([a], [b]) => byCodePoint(a, b))) {
    const handle = handleOf(source);
    if (handle === undefined) continue;
    const group = groups.get(handle) ?? {};
    group[name] = source;
    groups.set(handle, group);
  }
  return groups;
}

function handleOf(source: FieldSource): string | undefined {
  if ('query' in source) return source.query;
  if ('exact' in source) return source.exact;
  return 'derivation' in source ? source.derivation : undefined;
}

function cellsOf(
  fields: Readonly<Record<string, FieldSource>>,
): Record<string, { row: number; column: string }> {
  return mapValues(fields, (source) =>
    'query' in source ? { row: source.row, column: source.column } : { row: 0, column: '' },
  );
}

function pathsOf(fields: Readonly<Record<string, FieldSource>>): Record<string, string> {
  return mapValues(fields, (source) =>
    'exact' in source ? `${source.group}.${source.column}.${source.value}` : '',
  );
}

function namesOf(fields: Readonly<Record<string, FieldSource>>): Record<string, string> {
  return mapValues(fields, (source) => ('derivation' in source ? source.value : ''));
}

/** Every derivation stands on something that exists, and none on itself. */
function assertInputsExist(
  derivations: ReadonlyMap<string, RawDerivation>,
  registry: EvidenceRegistry,
): void {
  const earlier = new Set<string>([...registry.queries.keys(), ...registry.exacts.keys()]);
  for (const [handle, derivation] of derivations) {
    if (derivation.inputs.length === 0) throw new InvalidOutput(`the derivation ${handle} names no input`);
    const unknown = derivation.inputs.find((input) => !earlier.has(input));
    if (unknown !== undefined)
      throw new InvalidOutput(`the derivation ${handle} names the unknown input ${unknown}`);
    earlier.add(handle);
  }
}
