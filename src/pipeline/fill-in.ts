import { byCodePoint, canonicalJson, hashJson } from '../base/index.ts';
import type {
  Coverage,
  DatasetSchema,
  FieldValue,
  Finding,
  FindingItem,
  PluginManifest,
  PluginOutput,
  PluginResult,
  RawFinding,
} from '../contract/index.ts';
import { defaultShares, isFact, scoreOf } from '../report/index.ts';
import { citedRows, type EvidenceRegistry } from './evidence-registry.ts';
import { type Sources, sourcesOf } from './field-sources.ts';
import { toChart } from './fill-in-chart.ts';
import type { FillInInput } from './fill-in-input.ts';
import { replicationOf, testOf, toLedger } from './fill-in-tests.ts';
import { at, InvalidOutput, mapValues, required } from './invalid-output.ts';
import { assertChartsFit, assertResultFits } from './result-size.ts';
import { renderTemplate, templateProblem } from './templates.ts';

/** Characters of a note at most. */
const MAX_NOTE = 10_000;

type RawClaim = Pick<
  RawFinding,
  'title' | 'statement' | 'fields' | 'estimate' | 'effect_size' | 'test' | 'replication' | 'rows' | 'charts'
>;

/**
 * Turns a plugin's output into its result: every field is filled in from the query, exact aggregate or derivation
 * that it names, and every claim gets its evidence. Throws InvalidOutput with the place and the reason.
 */
export function fillIn(input: FillInInput): PluginResult {
  assertChartsFit(input.output, input.registry);
  const sources = sourcesOf(input);
  const findings = input.output.findings.map((raw, index) =>
    at(`findings[${index}] (${raw.kind})`, () => toFinding(raw, input, sources)),
  );
  assertDistinct(findings);
  const result: PluginResult = {
    schema_version: 'plugin_result.v1',
    plugin_id: input.manifest.id,
    plugin_version: input.manifest.version,
    coverage: input.coverage,
    notes: input.output.notes.map((note, index) => at(`notes[${index}]`, () => fitting(note))),
    ...notLookedFor(input),
    findings: findings.sort((a, b) => byCodePoint(a.id, b.id)),
    metrics: mapValues(input.output.metrics, (field, name) =>
      at(`metrics.${name}`, () => withUnit(sources.value(field.from), field.unit)),
    ),
    metric_evidence: sources.evidence(
      mapValues(input.output.metrics, (field) => field.from),
      undefined,
    ),
    tests: toLedger(input.manifest.id, input.output),
    charts: input.output.charts.map((chart) =>
      at(`charts.${chart.name}`, () =>
        toChart({ ...chart, title: titleOf(chart, input.coverage) }, input.registry),
      ),
    ),
    artifacts: [...input.artifacts].sort((a, b) => byCodePoint(a.path, b.path)),
    derived_columns: [...input.derivedColumns],
  };
  assertResultFits(result);
  return result;
}

/** A note that a report can show. Throws InvalidOutput for one that is no note but a file. */
function fitting(note: string): string {
  if (note.length <= MAX_NOTE) return note;
  throw new InvalidOutput(`it has ${note.length} characters; at most ${MAX_NOTE} are taken`);
}

function notLookedFor({ output, manifest }: FillInInput): Pick<PluginResult, 'not_looked_for'> {
  const list = output.not_looked_for;
  if (list === undefined) return {};
  for (const kind of list.flatMap(({ kinds }) => kinds)) assertAnnounced(kind, manifest);
  const all = manifest.finding_kinds;
  return {
    not_looked_for: list.map((one) => ({ ...one, kinds: one.kinds.length > 0 ? one.kinds : all })),
  };
}

function assertAnnounced(kind: string, manifest: PluginManifest): void {
  if (manifest.finding_kinds.includes(kind)) return;
  throw new InvalidOutput(`the manifest does not announce findings of the kind "${kind}"`);
}

function toFinding(raw: RawFinding, input: FillInInput, sources: Sources): Finding {
  const { manifest, coverage } = input;
  assertAnnounced(raw.kind, manifest);
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
    title: titleOf(claim, coverage),
    basis: manifest.claim === 'modeled' ? 'MODELED' : 'MEASURED',
    confidence,
    coverage,
    target,
    scope,
    about: aboutOf(raw, target, input),
    items,
    assumptions: raw.assumptions ?? [],
    limitations: [...(raw.limitations ?? []), ...limitationOfSample(coverage)],
    severity: raw.severity,
    score: scoreOf({ ...claim, confidence, items }, shares, isFact(raw)),
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
  const test = testOf(raw.test, input.output);
  const replication = replicationOf(raw.replication, fields);
  return {
    title: renderTemplate(raw.title, fields),
    statement: renderTemplate(raw.statement, fields),
    fields,
    ...(raw.estimate && { estimate: estimateOf(raw.estimate, fields) }),
    ...(raw.effect_size && {
      effect_size: { name: raw.effect_size.name, value: numberIn(fields, raw.effect_size.field) },
    }),
    ...(test && { test }),
    ...(replication && { replication }),
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

/** What is seen in a sample says so in its title, which is quoted alone: "always" and "a day" are not of the table. */
function titleOf({ title }: { readonly title: string }, coverage: Coverage): string {
  return coverage.kind === 'FULL' ? title : `${title} (in the sample)`;
}

/** A number of a sample is none of the table. */
function limitationOfSample(coverage: Coverage): string[] {
  if (coverage.kind === 'FULL') return [];
  return [
    `Its numbers are those of the sample, ${coverage.rows} of ${coverage.of_rows} rows: counts and sums are not scaled up to the table.`,
  ];
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

/** What the plugin says it is about, else the columns of its target and the derived ones of its scope. */
function aboutOf(raw: RawFinding, target: Finding['target'], input: FillInInput): string[] {
  const derived = new Set(input.derivedColumns.map(({ name }) => name));
  if (raw.about !== undefined) {
    const known = new Set([...input.schema.columns.map((column) => column.sql_name), ...derived]);
    const unknown = raw.about.find((name) => !known.has(name));
    if (unknown !== undefined) throw new InvalidOutput(`about names the unknown column "${unknown}"`);
    return sortedOnce(raw.about);
  }
  const inTarget = Object.values(target).flatMap((entry) => (typeof entry === 'string' ? [] : entry));
  const inScope = Object.values(raw.scope ?? {}).flatMap((value) => value.split(', '));
  return sortedOnce([...inTarget, ...inScope.filter((name) => derived.has(name))]);
}

function sortedOnce(names: readonly string[]): string[] {
  return [...new Set(names)].sort(byCodePoint);
}

function assertIdentifiesRows(handle: string, registry: EvidenceRegistry): void {
  const query = registry.queries.get(handle);
  if (query === undefined || citedRows(query, 1) === undefined) {
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
