import { byCodePoint, canonicalJson } from '../../base/index.ts';
import {
  type Difference,
  type FieldValue,
  type Report,
  type RunComparison,
  type RunManifest,
  sampleOf,
} from '../../contract/index.ts';
import { claimsById, compareFindings } from './compare-findings.ts';

/** A finished run: its documents, and when it was made. */
export interface ComparedRun {
  readonly manifest: RunManifest;
  readonly report: Report;
}

/** What differs between two runs, in what went in and in what came out. */
export function compareRuns(a: ComparedRun, b: ComparedRun): RunComparison {
  return {
    schema_version: 'run_comparison.v1',
    a: sideOf(a),
    b: sideOf(b),
    same_fingerprint: a.manifest.run_fingerprint === b.manifest.run_fingerprint,
    same_report: reportHash(a) === reportHash(b),
    data: dataOf(a, b),
    input: differences(inputOf(a), inputOf(b)),
    configuration: differences(flatten(a.manifest.config.resolved), flatten(b.manifest.config.resolved)),
    engine: differences(engineOf(a.manifest), engineOf(b.manifest)),
    findings: compareFindings(a.report, b.report),
    metrics: compareMetrics(a.report, b.report),
  };
}

function dataOf(a: ComparedRun, b: ComparedRun): RunComparison['data'] {
  const headers = ({ report }: ComparedRun) => new Set(report.dataset.columns.map(({ name }) => name));
  const [inA, inB] = [headers(a), headers(b)];
  const common = [...inA].filter((name) => inB.has(name)).length;
  const [one, other] = [a.manifest.dataset, b.manifest.dataset];
  const isSame = one.dataset_version_id === other.dataset_version_id;
  return {
    relation: isSame ? 'same_version' : one.name === other.name ? 'same_dataset' : 'two_datasets',
    columns_in_common: common,
    columns_only_in_a: inA.size - common,
    columns_only_in_b: inB.size - common,
  };
}

function sideOf({ manifest, report }: ComparedRun): RunComparison['a'] {
  return {
    run_id: manifest.run_id,
    run_fingerprint: manifest.run_fingerprint,
    status: manifest.results.status,
    created_at: manifest.created_at,
    dataset: manifest.dataset.name,
    dataset_version_id: manifest.dataset.dataset_version_id,
    rows: report.dataset.rows,
    coverage: report.coverage,
    findings: claimsById(report).size,
  };
}

function reportHash({ manifest }: ComparedRun): string | undefined {
  return manifest.artifacts.find((artifact) => artifact.path === 'report.json')?.sha256;
}

type Entries = ReadonlyMap<string, string>;

function differences(a: Entries, b: Entries): Difference[] {
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((key) => a.get(key) !== b.get(key))
    .toSorted(byCodePoint)
    .map((key) => ({ key, a: a.get(key) ?? null, b: b.get(key) ?? null }));
}

function inputOf({ manifest, report }: ComparedRun): Entries {
  const entries = new Map<string, string>([
    ['rows', String(report.dataset.rows)],
    ['rejected_rows', String(report.data_quality.rejected_rows)],
    ['kind', report.kind],
    ['coverage', report.coverage.kind],
    ...Object.entries(sampleOf(report.coverage) ?? {}).map(([key, value]): [string, string] => [
      `sample.${key}`,
      String(value),
    ]),
  ]);
  for (const [i, input] of manifest.inputs.entries())
    entries.set(`part ${i + 1}.upload`, input.upload_sha256);
  for (const [i, options] of manifest.ingest.options.entries())
    for (const [key, value] of flatten(options)) entries.set(`part ${i + 1}.${key}`, value);
  for (const { name, type } of report.dataset.columns) entries.set(`column ${name}`, typeName(type));
  for (const [role, columns] of rolesOf(report)) entries.set(`role ${role}`, columns);
  return entries;
}

function typeName(type: Report['dataset']['columns'][number]['type']): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}

function rolesOf({ roles }: Report): Entries {
  const columns = new Map<string, string>();
  for (const { role, sql_name } of roles.bindings)
    columns.set(role, columns.has(role) ? `${columns.get(role)}, ${sql_name}` : sql_name);
  return columns;
}

function engineOf({ engine, plugins }: RunManifest): Entries {
  return new Map([
    ['engine.version', engine.version],
    ['engine.code', engine.code_sha256],
    ['engine.duckdb', engine.duckdb],
    ['engine.deno', engine.deno],
    ...plugins.flatMap((plugin): [string, string][] => [
      [`${plugin.id}.version`, plugin.version],
      [`${plugin.id}.code`, plugin.code_sha256],
      [`${plugin.id}.outcome`, plugin.status],
      ...(plugin.granted ?? []).map(({ capability, hosts }): [string, string] => [
        `${plugin.id}.granted ${capability}`,
        hosts.join(', '),
      ]),
    ]),
  ]);
}

/** Leaves of a document by key path, as JSON text; an empty object or list is a leaf. */
function flatten(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    Object.keys(value).length === 0
  ) {
    return new Map([[path, typeof value === 'string' ? value : canonicalJson(value)]]);
  }
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flatten(inner, path === '' ? key : `${path}.${key}`),
    ]),
  );
}

function compareMetrics(a: Report, b: Report): RunComparison['metrics'] {
  const before = metricsOf(a);
  const after = metricsOf(b);
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted(byCodePoint);
  const pairs = keys.map((key) => ({ key, a: before.get(key) ?? null, b: after.get(key) ?? null }));
  const changed = pairs.filter((pair) => canonicalJson(pair.a) !== canonicalJson(pair.b));
  return {
    same: pairs.length - changed.length,
    changed: changed.map(({ key, ...values }) => {
      const [plugin_id = '', name = ''] = key.split('\n');
      return { plugin_id, name, ...values };
    }),
  };
}

function metricsOf({ metrics }: Report): ReadonlyMap<string, FieldValue> {
  return new Map(
    Object.entries(metrics).flatMap(([plugin, values]) =>
      Object.entries(values).map(([name, value]) => [`${plugin}\n${name}`, value] as const),
    ),
  );
}
