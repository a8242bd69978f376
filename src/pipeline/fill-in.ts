import { byCodePoint, canonicalJson, hashJson, messageOf } from '../base/index.ts';
import type {
  ArtifactContent,
  Chart,
  Coverage,
  DatasetSchema,
  DerivedColumn,
  Evidence,
  FieldSource,
  FieldValue,
  Finding,
  FindingItem,
  PluginManifest,
  PluginOutput,
  PluginResult,
  RawChart,
  RawDerivation,
  RawFinding,
} from '../contract/index.ts';
import { defaultShares, isFact, scoreOf } from '../report/index.ts';
import {
  citedRows,
  derivationEvidence,
  type EvidenceRegistry,
  exactEvidence,
  queryEvidence,
} from './evidence-registry.ts';
import { describeSource, fieldFromCell } from './field-values.ts';
import { renderTemplate, templateProblem } from './templates.ts';

/** Output that breaks the contract: the execution counts as `invalid_output`, and nothing of it is committed. */
export class InvalidOutput extends Error {
  override readonly name = 'InvalidOutput';
}

/** What an execution left, and what the host knows about it. */
export interface FillInInput {
  readonly manifest: PluginManifest;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly schema: DatasetSchema;
  readonly coverage: Coverage;
  readonly output: PluginOutput;
  readonly registry: EvidenceRegistry;
  readonly derivedColumns: readonly DerivedColumn[];
  readonly artifacts: readonly ArtifactContent[];
}

type RawClaim = Pick<
  RawFinding,
  'title' | 'statement' | 'fields' | 'estimate' | 'effect_size' | 'test' | 'rows' | 'charts'
>;

/**
 * Turns a plugin's output into its result: every field is filled in from the query, exact aggregate or derivation
 * that it names, and every claim gets its evidence. Throws InvalidOutput with the place and the reason.
 */
export function fillIn(input: FillInInput): PluginResult {
  const sources = sourcesOf(input);
  const findings = input.output.findings.map((raw, index) =>
    at(`findings[${index}] (${raw.kind})`, () => toFinding(raw, input, sources)),
  );
  assertDistinct(findings);
  return {
    schema_version: 'plugin_result.v1',
    plugin_id: input.manifest.id,
    plugin_version: input.manifest.version,
    coverage: input.coverage,
    notes: [...input.output.notes],
    findings: findings.sort((a, b) => byCodePoint(a.id, b.id)),
    metrics: mapValues(input.output.metrics, (field, name) =>
      at(`metrics.${name}`, () => withUnit(sources.value(field.from), field.unit)),
    ),
    tests: input.output.tests.map((test) => ({ plugin_id: input.manifest.id, ...test })),
    charts: input.output.charts.map((chart) =>
      at(`charts.${chart.name}`, () => toChart(chart, input.registry)),
    ),
    artifacts: [...input.artifacts].sort((a, b) => byCodePoint(a.path, b.path)),
    derived_columns: [...input.derivedColumns],
  };
}

/** Where values and evidence of one execution come from. */
interface Sources {
  value(source: FieldSource): FieldValue;
  /** The evidence for some fields, each source once, in a total order. */
  evidence(fields: Readonly<Record<string, FieldSource>>, rows: string | undefined): Evidence[];
}

function sourcesOf(input: FillInInput): Sources {
  const derivations = new Map(input.output.derivations.map((d) => [d.handle, d]));
  assertInputsExist(derivations, input.registry);
  const evidenceOf = (handle: string): Evidence =>
    evidenceFor(handle, {}, input.registry, derivations, false);
  return {
    value: (source) => valueFrom(source, input, derivations),
    evidence(fields, rows) {
      const byHandle = groupByHandle(fields);
      if (rows !== undefined && !byHandle.has(rows)) byHandle.set(rows, {});
      return [...byHandle].map(([handle, sources]) =>
        derivations.has(handle)
          ? derivationEvidence(required(derivations.get(handle), handle), namesOf(sources), evidenceOf)
          : evidenceFor(handle, sources, input.registry, derivations, handle === rows),
      );
    },
  };
}

function evidenceFor(
  handle: string,
  fields: Readonly<Record<string, FieldSource>>,
  registry: EvidenceRegistry,
  derivations: ReadonlyMap<string, RawDerivation>,
  citesRows: boolean,
): Evidence {
  const query = registry.queries.get(handle);
  if (query !== undefined) return queryEvidence(query, cellsOf(fields), citesRows);
  const exact = registry.exacts.get(handle);
  if (exact !== undefined) return exactEvidence(exact, pathsOf(fields));
  const derivation = required(derivations.get(handle), handle);
  return derivationEvidence(derivation, namesOf(fields), (inner) =>
    evidenceFor(inner, {}, registry, derivations, false),
  );
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

function toFinding(raw: RawFinding, input: FillInInput, sources: Sources): Finding {
  const { manifest, coverage } = input;
  if (!manifest.finding_kinds.includes(raw.kind)) {
    throw new InvalidOutput(`the manifest does not announce findings of the kind "${raw.kind}"`);
  }
  const claim = toClaim(raw, input, sources);
  const items = (raw.items ?? []).map((item, i) => at(`items[${i}]`, () => toClaim(item, input, sources)));
  assertGrounded(raw, claim, items, manifest);
  const target = targetOf(raw, claim, input.schema);
  const scope = raw.scope ?? {};
  const confidence = confidenceOf(raw);
  const shares = raw.ranking ?? defaultShares(raw.severity);
  return {
    id: hashJson({ plugin_id: manifest.id, kind: raw.kind, target, scope }),
    plugin_id: manifest.id,
    kind: raw.kind,
    ...claim,
    basis: manifest.claim === 'modeled' ? 'MODELED' : 'MEASURED',
    confidence,
    coverage,
    target,
    scope,
    items,
    assumptions: raw.assumptions ?? [],
    limitations: raw.limitations ?? [],
    severity: raw.severity,
    score: scoreOf({ ...claim, confidence }, shares, isFact(raw)),
  };
}

function toClaim(raw: RawClaim, input: FillInInput, sources: Sources): FindingItem {
  for (const key of ['title', 'statement'] as const) {
    const problem = templateProblem(raw[key], raw.fields);
    if (problem !== undefined) throw new InvalidOutput(`${key} ${problem}`);
  }
  const fields = mapValues(raw.fields, (field, name) =>
    at(`fields.${name}`, () => withUnit(sources.value(field.from), field.unit)),
  );
  if (raw.rows !== undefined) assertIdentifiesRows(raw.rows, input.registry);
  const test = testOf(raw, input.output);
  return {
    title: renderTemplate(raw.title, fields),
    statement: renderTemplate(raw.statement, fields),
    fields,
    ...(raw.estimate && { estimate: estimateOf(raw.estimate, fields) }),
    ...(raw.effect_size && {
      effect_size: { name: raw.effect_size.name, value: numberIn(fields, raw.effect_size.field) },
    }),
    ...(test && { test }),
    evidence: sources.evidence(
      mapValues(raw.fields, (field) => field.from),
      raw.rows,
    ),
    charts: chartsOf(raw, input.output),
  };
}

function estimateOf(
  raw: NonNullable<RawClaim['estimate']>,
  fields: Readonly<Record<string, FieldValue>>,
): NonNullable<FindingItem['estimate']> {
  const field = required(fields[raw.field], raw.field);
  const interval = raw.interval && {
    low: numberIn(fields, raw.interval.low),
    high: numberIn(fields, raw.interval.high),
    level: raw.interval.level,
  };
  return {
    name: raw.name,
    value: field.value,
    ...(field.unit !== undefined && { unit: field.unit }),
    ...(interval && { confidence_interval: interval }),
  };
}

function testOf(raw: RawClaim, output: PluginOutput): FindingItem['test'] {
  if (raw.test === undefined) return undefined;
  const test = output.tests.find((candidate) => candidate.label === raw.test);
  if (test === undefined) throw new InvalidOutput(`the test "${raw.test}" was not registered`);
  const { name, value } = test.statistic;
  return { name, statistic: value, p_value: test.p_value, family: test.family, q_value: null };
}

function chartsOf(raw: RawClaim, output: PluginOutput): string[] {
  const known = output.charts.map((chart) => chart.name);
  for (const name of raw.charts ?? []) {
    if (!known.includes(name)) throw new InvalidOutput(`there is no chart "${name}"`);
  }
  return raw.charts ?? [];
}

function confidenceOf(raw: RawFinding): Finding['confidence'] {
  const level = raw.estimate?.interval?.level ?? null;
  return { value: raw.how === 'exact_count' ? 1 : raw.how === 'interval' ? level : null, how: raw.how };
}

/** A measured claim needs evidence, a modeled one assumptions too; what is called tested needs a test. */
function assertGrounded(
  raw: RawFinding,
  claim: FindingItem,
  items: readonly FindingItem[],
  manifest: PluginManifest,
): void {
  const evidence = claim.evidence.length + items.reduce((sum, item) => sum + item.evidence.length, 0);
  if (evidence === 0) throw new InvalidOutput('it cites no evidence');
  if (manifest.claim === 'modeled' && (raw.assumptions ?? []).length === 0) {
    throw new InvalidOutput('a modeled finding names its assumptions');
  }
  const tested = [claim, ...items].some((one) => one.test !== undefined);
  if (raw.how === 'tested' && !tested) throw new InvalidOutput('it is called tested, but names no test');
  if (raw.how === 'interval' && raw.estimate?.interval === undefined) {
    throw new InvalidOutput('it is called an interval, but gives none');
  }
}

function targetOf(raw: RawFinding, claim: FindingItem, schema: DatasetSchema): Finding['target'] {
  const known = new Set(schema.columns.map((column) => column.sql_name));
  return mapValues(raw.target, (entry, name) => {
    if ('field' in entry) return String(required(claim.fields[entry.field], entry.field).value);
    const unknown = entry.columns.find((column) => !known.has(column));
    if (unknown !== undefined)
      throw new InvalidOutput(`target.${name} names the unknown column "${unknown}"`);
    return entry.columns;
  });
}

const OUTSIDE_DATA = new Set(['data', 'datasets', 'url', 'href', 'image', 'loader', 'usermeta']);

function toChart(raw: RawChart, registry: EvidenceRegistry): Chart {
  const query = registry.queries.get(raw.query);
  if (query === undefined) throw new InvalidOutput(`there is no query ${raw.query}`);
  const forbidden = keysOf(raw.spec).find((key) => OUTSIDE_DATA.has(key.toLowerCase()));
  if (forbidden !== undefined) throw new InvalidOutput(`a chart's spec may not have "${forbidden}"`);
  const values = query.rows.map((cells) =>
    Object.fromEntries(query.columns.map((c, i) => [c.name, fieldFromCell(cells[i] ?? null, c.type).value])),
  );
  return {
    name: raw.name,
    title: raw.title,
    alternative: raw.alternative,
    spec: { ...raw.spec, data: { values } },
    evidence: queryEvidence(query, {}) as Chart['evidence'],
  };
}

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

function groupByHandle(
  fields: Readonly<Record<string, FieldSource>>,
): Map<string, Record<string, FieldSource>> {
  const groups = new Map<string, Record<string, FieldSource>>();
  for (const [name, source] of Object.entries(fields).sort(([a], [b]) => byCodePoint(a, b))) {
    const handle = handleOf(source);
    if (handle !== undefined) groups.set(handle, { ...groups.get(handle), [name]: source });
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

function assertIdentifiesRows(handle: string, registry: EvidenceRegistry): void {
  const query = registry.queries.get(handle);
  if (query === undefined || citedRows(query) === undefined) {
    throw new InvalidOutput(`rows cites ${handle}, which does not yield _sh_part and _sh_row_number`);
  }
}

function assertDistinct(findings: readonly Finding[]): void {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    if (seen.has(finding.id)) {
      const target = canonicalJson(finding.target);
      throw new InvalidOutput(`two findings of the kind "${finding.kind}" have the same target ${target}`);
    }
    seen.set(finding.id, finding);
  }
}

function numberIn(fields: Readonly<Record<string, FieldValue>>, name: string): number | null {
  const { value } = required(fields[name], name);
  if (typeof value === 'string') throw new InvalidOutput(`the field "${name}" is no number`);
  return value;
}

function withUnit(value: FieldValue, unit: string | undefined): FieldValue {
  return unit === undefined ? value : { ...value, unit };
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new InvalidOutput(`there is no "${name}"`);
  return value;
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}

/** Runs a check and puts the place before the reason. */
function at<T>(place: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InvalidOutput)) throw error;
    throw new InvalidOutput(`${place}: ${messageOf(error)}`);
  }
}
