import { byCodePoint } from '../base/index.ts';
import {
  type Coverage,
  type DatasetVersion,
  environmentNames,
  type Finding,
  type IngestReport,
  type KnownIssue,
  type LimitName,
  type MethodNote,
  type OutcomeStatus,
  type Part,
  type PluginManifest,
  type PluginOutcome,
  type PluginResult,
  type Report,
  type RoleMap,
} from '../contract/index.ts';
import { groupFindings } from './group-findings.ts';
import { evaluateIssues } from './known-issues/evaluate-issues.ts';
import { markRepeats } from './known-issues/mark-repeats.ts';
import { type ClosedLedger, closeLedger, type LedgerDrops } from './ledger.ts';
import { leverOf } from './lever.ts';
import { qualityNotes } from './quality-notes.ts';
import { byRank, isFact, scoreOf } from './rank.ts';
import { count } from './words.ts';

/** How one plugin of the run ended; `result` where the status is `ok`. */
export interface ReportOutcome {
  readonly manifest: PluginManifest;
  readonly status: OutcomeStatus;
  /** Why, where it is not `ok`; empty otherwise. */
  readonly reason: string;
  readonly limit?: LimitName;
  readonly result?: PluginResult;
  /** Its settings as they were in force; none where the caller knows of none. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Hosts that its execution was allowed to reach. */
  readonly networkHosts?: readonly string[];
}

export interface ReportInput {
  readonly kind: Report['kind'];
  readonly version: DatasetVersion;
  /** In the order of the dataset version; `ingest` likewise. */
  readonly parts: readonly Part[];
  readonly ingest: readonly IngestReport[];
  readonly createViewSql: string;
  readonly coverage: Coverage;
  /** The roles that the run used: flags applied. */
  readonly roles: RoleMap;
  readonly outcomes: readonly ReportOutcome[];
  /** Level of the false discovery rate, 0.05 by default. */
  readonly q: number;
  /** What the ERP of the dataset knows already; nothing, if left out. */
  readonly knownIssues?: readonly KnownIssue[];
}

/** The report of a run: content only, so that the same run gives the same bytes anywhere. */
export function buildReport(input: ReportInput): Report {
  const outcomes = input.outcomes.toSorted((a, b) => byCodePoint(a.manifest.id, b.manifest.id));
  const closed = closeLedger(resultsOf(outcomes), input.q);
  const results = closed.results.map((result) => withNetworkMarked(result, outcomes));
  const issues = input.knownIssues ?? [];
  const findings = rankedFindings(results, input.roles, issues);
  const plugins = outcomes.map((outcome) => pluginOutcome(outcome, closed));
  const derivedColumns = results.flatMap((result) => result.derived_columns);
  return {
    schema_version: 'report.v1',
    kind: input.kind,
    dataset: datasetOf(input),
    coverage: input.coverage,
    roles: input.roles,
    data_quality: {
      rejected_rows: input.version.rejected_rows,
      notes: qualityNotes(input.ingest),
      ingest: [...input.ingest],
    },
    findings,
    groups: groupFindings(
      findings.filter((one) => !isFact(one)),
      new Set(derivedColumns.map(({ name }) => name)),
    ),
    recommendations: [],
    known_issues: evaluateIssues(issues, findings, plugins),
    metrics: Object.fromEntries(
      results.filter((r) => Object.keys(r.metrics).length > 0).map((r) => [r.plugin_id, r.metrics]),
    ),
    charts: Object.fromEntries(
      results.filter((r) => r.charts.length > 0).map((r) => [r.plugin_id, r.charts]),
    ),
    plugins,
    derived_columns: [...givenColumns(input.roles), ...derivedColumns],
    ledger: closed.ledger,
    methods: outcomes.filter((outcome) => outcome.status === 'ok').map(methodNote),
  };
}

/** The statements that make `data`, and a view that has the derived columns beside it, for whoever asks on. */
function withDerivedView({ createViewSql, roles: { derived = [] } }: ReportInput): string {
  if (derived.length === 0) return createViewSql;
  const columns = derived.map(({ sql_name, sql }) => `  ${sql} AS ${sql_name}`);
  return `${createViewSql}\nCREATE VIEW data_with_derived AS\nSELECT *,\n${columns.join(',\n')}\nFROM data;`;
}

/** The columns that every plugin was given with the table. */
function givenColumns({ derived = [] }: RoleMap): Report['derived_columns'] {
  return derived.map(({ sql_name, sql }) => ({ plugin_id: 'the engine', name: sql_name, sql }));
}

/** File name of a part, as the report and the view's SQL call it: `part-00001.parquet`. */
function partFileName(ordinal: number): string {
  return `part-${String(ordinal).padStart(5, '0')}.parquet`;
}

function resultsOf(outcomes: readonly ReportOutcome[]): PluginResult[] {
  return outcomes.flatMap((outcome) =>
    outcome.status === 'ok' && outcome.result !== undefined ? [outcome.result] : [],
  );
}

function datasetOf(input: ReportInput): Report['dataset'] {
  const missing = new Map<string, number>();
  for (const report of input.ingest) {
    for (const column of report.columns) {
      missing.set(column.sql_name, (missing.get(column.sql_name) ?? 0) + column.missing);
    }
  }
  return {
    dataset_version_id: input.version.dataset_version_id,
    parts: input.parts.map((part, index) => ({
      part_id: part.part_id,
      upload_sha256: part.upload_sha256,
      rows: part.row_count,
      parquet_file: partFileName(index + 1),
    })),
    rows: input.version.row_count,
    columns: input.version.schema.columns.map((column) => ({
      name: column.name,
      sql_name: column.sql_name,
      type: column.type,
      missing: missing.get(column.sql_name) ?? 0,
    })),
    create_view_sql: withDerivedView(input),
  };
}

function rankedFindings(
  results: readonly PluginResult[],
  roles: RoleMap,
  issues: readonly KnownIssue[],
): Finding[] {
  const findings = results.flatMap((result) => result.findings);
  return markRepeats(findings, issues)
    .map((finding) => {
      const { parts } = finding.score;
      const shares = { ...parts, actionability: parts.actionability * leverOf(finding, roles) };
      return { ...finding, score: scoreOf(finding, shares, isFact(finding)) };
    })
    .sort(byRank);
}

function pluginOutcome(outcome: ReportOutcome, closed: ClosedLedger): PluginOutcome {
  const { manifest, status, reason, limit } = outcome;
  const network = [...(outcome.networkHosts ?? [])];
  const result = closed.results.find((r) => r.plugin_id === manifest.id);
  return {
    plugin_id: manifest.id,
    plugin_version: manifest.version,
    title: manifest.title,
    question: manifest.question,
    type: manifest.type,
    status,
    reason,
    ...(limit && { limit }),
    findings: result?.findings.length ?? 0,
    notes: [
      ...(result?.notes ?? []),
      ...ledgerNote(closed.drops.get(manifest.id), closed),
      ...environmentNote(outcome.settings ?? {}),
      ...(network.length > 0 ? [networkNote(network)] : []),
    ],
    ...(result?.not_looked_for && { not_looked_for: result.not_looked_for }),
    ...(network.length > 0 && { network_hosts: network }),
    needs_roles: manifest.needs.roles,
    settings: { ...outcome.settings },
  };
}

/** A value from the environment is in no document, so that no fingerprint can hold it. */
function environmentNote(settings: Readonly<Record<string, unknown>>): string[] {
  const names = environmentNames(settings);
  if (names.length === 0) return [];
  const from = `from the environment (${names.join(', ')})`;
  return [
    `Takes settings ${from}. Their values are stored nowhere, so it is executed anew in every run, and runs with equal fingerprints may differ.`,
  ];
}

/** What a host answers is kept nowhere, so that neither a fingerprint nor a rerun can hold it. */
function networkNote(hosts: readonly string[]): string {
  return `Had the network (${hosts.join(', ')}): what it says may rest on more than this table, and can not be repeated bit for bit. It is executed anew in every run.`;
}

/** Each claim that is derived by a plugin which had the network says so: no one can repeat it from the table alone. */
function withNetworkMarked(result: PluginResult, outcomes: readonly ReportOutcome[]): PluginResult {
  const hosts = outcomes.find(({ manifest }) => manifest.id === result.plugin_id)?.networkHosts ?? [];
  if (hosts.length === 0) return result;
  const mark = `Its analysis had the network (${hosts.join(', ')}): the number may rest on what was answered there, and can not be repeated from this table.`;
  const findings = result.findings.map((finding) =>
    isDerived(finding) ? { ...finding, limitations: [...finding.limitations, mark] } : finding,
  );
  return { ...result, findings };
}

function isDerived({ evidence, items }: Finding): boolean {
  return [{ evidence }, ...items].some((claim) => claim.evidence.some(({ kind }) => kind === 'derivation'));
}

function ledgerNote(drops: LedgerDrops | undefined, closed: ClosedLedger): string[] {
  if (drops === undefined) return [];
  const tested = `Tested ${count(drops.tested, 'hypothesis', 'hypotheses')} of the ${closed.ledger.tested} of this run.`;
  const level = `the false discovery rate of ${closed.ledger.q}`;
  if (drops.findings + drops.items === 0) return [`${tested} No finding was dropped at ${level}.`];
  const dropped = [
    ...(drops.findings > 0 ? [count(drops.findings, 'finding', 'findings')] : []),
    ...(drops.items > 0 ? [count(drops.items, 'item of a finding', 'items of findings')] : []),
  ].join(' and ');
  return [`${tested} Dropped at ${level}: ${dropped}.`];
}

function methodNote({ manifest }: ReportOutcome): MethodNote {
  return {
    plugin_id: manifest.id,
    title: manifest.title,
    question: manifest.question,
    method: manifest.method,
    assumptions: manifest.assumptions,
    misleads_when: manifest.misleads_when,
  };
}
