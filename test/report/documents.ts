import { hashJson, sha256 } from '../../src/base/index.ts';
import type {
  Chart,
  Coverage,
  DatasetVersion,
  Finding,
  IngestReport,
  LedgerEntry,
  Part,
  PluginManifest,
  PluginResult,
  Report,
} from '../../src/contract/index.ts';
import type { Circumstances, ReportInput, ReportOutcome } from '../../src/report/index.ts';

// Hand-made documents of a small process log, as the stages before the report would hand them over.

export const ROWS = 2400;
export const FULL: Coverage = { kind: 'FULL', rows: ROWS, of_rows: ROWS, rejected_rows: 2 };

export const CIRCUMSTANCES: Circumstances = {
  run_fingerprint: sha256('a run'),
  engine_version: '0.1.0',
  plugins: {
    analysis_waits: {
      origin: { from: 'installed', bundle_sha256: sha256('a bundle') },
      files: [
        { path: 'waits.csv', bytes: 331, title: 'Waits by job' },
        { path: 'near_misses.csv', bytes: 20_480, title: 'Tests that did not hold' },
      ],
    },
  },
  disabled: ['analysis_drift', 'profile_basic'],
};

type Query = Chart['evidence'];

export function query(sql: string, overrides: Partial<Query> = {}): Query & Chart['evidence'] {
  return {
    kind: 'query',
    sql,
    parameters: [],
    result_sha256: hashJson(sql),
    row_count: 1,
    yields: {},
    ...overrides,
  };
}

export function finding(overrides: Partial<Finding> & { readonly kind: string }): Finding {
  const target = overrides.target ?? {};
  return {
    id: hashJson([overrides.plugin_id, overrides.kind, target]),
    plugin_id: 'analysis_waits',
    title: 'A title',
    statement: 'A statement.',
    fields: {},
    evidence: [],
    charts: [],
    basis: 'MEASURED',
    confidence: { value: 1, how: 'exact_count' },
    coverage: FULL,
    target,
    scope: {},
    about: [],
    items: [],
    assumptions: [],
    limitations: [],
    severity: 'notice',
    score: { value: 0, parts: { evidence: 1, effect: 0.5, reach: 0.5, actionability: 0.5 } },
    ...overrides,
  };
}

export function manifest(id: string, overrides: Partial<PluginManifest> = {}): PluginManifest {
  return {
    schema_version: 'plugin_manifest.v1',
    id,
    version: '1.0.0',
    title: `Title of ${id}`,
    type: 'analysis',
    entrypoint: 'plugin.ts',
    contract_version: 'plugin.v1',
    requires: { engine_semver: '>=0.1.0', schema_versions: [] },
    depends_on: [],
    needs: { roles: [], column_types: [], min_rows: 0 },
    capabilities_required: ['dataset.read'],
    randomness: false,
    config_schema: {},
    output_schema: 'plugin_output.v1',
    limits: { wall_s: 60, cpu_s: 60, memory_mb: 256, output_mb: 16 },
    question: `What does ${id} ask?`,
    assumptions: ['Rows are runs.'],
    misleads_when: ['Clocks differ between servers.'],
    finding_kinds: [],
    concurrency_class: 'cpu',
    claim: 'measured',
    method: { name: 'Counting', reference: 'Euclid (300 BC), Elements' },
    health: false,
    ...overrides,
  };
}

export function result(pluginId: string, overrides: Partial<PluginResult> = {}): PluginResult {
  return {
    schema_version: 'plugin_result.v1',
    plugin_id: pluginId,
    plugin_version: '1.0.0',
    coverage: FULL,
    notes: [],
    findings: [],
    metric_evidence: [],
    metrics: {},
    tests: [],
    charts: [],
    artifacts: [],
    derived_columns: [],
    ...overrides,
  };
}

export function outcome(
  id: string,
  overrides: Partial<PluginResult> = {},
  from: Partial<PluginManifest> = {},
): ReportOutcome {
  return { manifest: manifest(id, from), status: 'ok', reason: '', result: result(id, overrides) };
}

export function ledgerEntry(
  pluginId: string,
  label: string,
  pValue: number,
  overrides: Partial<LedgerEntry> = {},
): LedgerEntry {
  const statistic = { name: 'z', value: 3 };
  return {
    plugin_id: pluginId,
    label,
    family: 'differences',
    hypothesis: `no difference in ${label}`,
    statistic,
    p_value: pValue,
    n: 400,
    dependent: false,
    ...overrides,
  };
}

type ColumnList = DatasetVersion['schema']['columns'];

export const COLUMNS: ColumnList = [
  { name: 'PROCESS_QUEUE_ID', sql_name: 'PROCESS_QUEUE_ID', type: { kind: 'integer' } },
  { name: 'PROCESS_ID', sql_name: 'PROCESS_ID', type: { kind: 'text' } },
  { name: 'QUEUE_DT', sql_name: 'QUEUE_DT', type: { kind: 'timestamp' } },
  { name: 'START_DT', sql_name: 'START_DT', type: { kind: 'timestamp' } },
  { name: 'AMOUNT', sql_name: 'AMOUNT', type: { kind: 'decimal', precision: 12, scale: 2 } },
];

/** A dataset of one part with these columns. */
export function dataset(
  columns: ColumnList = COLUMNS,
): Pick<ReportInput, 'version' | 'parts' | 'ingest' | 'createViewSql' | 'roles'> {
  const upload = sha256('upload');
  const options = { format: 'auto', delimiter: null, quote: null, header: 'auto', types: {} } as const;
  const part: Part = {
    schema_version: 'part.v1',
    part_id: sha256('part'),
    upload_sha256: upload,
    reader_version: '1',
    options,
    row_count: ROWS,
    rejected_rows: 2,
    chunk_rows: 1024,
    source_lines: { kind: 'offset', offset: 1 },
    columns,
    parquet_sha256: sha256('parquet'),
    parquet_bytes: 1000,
  };
  const ingest: IngestReport = {
    schema_version: 'ingest_report.v1',
    upload_sha256: upload,
    bytes: 100_000,
    format: 'csv',
    dialect: { delimiter: ',', quote: '"', header: true, line_ending: 'lf', byte_order_mark: false },
    row_count: ROWS,
    rejected_rows: 2,
    columns: columns.map((column, i) => ({
      name: column.name,
      sql_name: column.sql_name,
      type: column.type,
      why: 'every cell reads as this type',
      missing: i % 3 === 2 ? 31 : 0,
      markers: i === 4 ? [{ text: 'N/A', count: 12 }] : [],
      offsets: [],
      rejected: [],
      rejected_count: 0,
    })),
    notes: ['The first line was taken as the header.'],
  };
  const version: DatasetVersion = {
    schema_version: 'dataset_version.v1',
    dataset_version_id: sha256('dataset'),
    parts: [part.part_id],
    schema: { schema_version: 'dataset_schema.v1', columns },
    row_count: ROWS,
    rejected_rows: 2,
    roles: roleMap(),
  };
  return {
    version,
    parts: [part],
    ingest: [ingest],
    createViewSql:
      "CREATE VIEW data AS SELECT 1 AS _sh_part, row_number AS _sh_row_number, * EXCLUDE (row_number)\nFROM read_parquet('part-00001.parquet');",
    roles: roleMap(),
  };
}

function roleMap(): DatasetVersion['roles'] {
  const bind = (role: string, sqlName: string, ...reasons: string[]) =>
    ({ role, sql_name: sqlName, confidence: 0.97, source: 'inferred', reasons }) as const;
  return {
    schema_version: 'role_map.v1',
    bindings: [
      bind('run_id', 'PROCESS_QUEUE_ID', 'every value occurs once', 'its name says so'),
      bind('activity', 'PROCESS_ID', '14 values repeat over all rows'),
      bind('queued_at', 'QUEUE_DT', 'never later than START_DT'),
      bind('started_at', 'START_DT', 'its name says so'),
      bind('measure', 'AMOUNT', 'decimal'),
    ],
  };
}

/** A histogram as a plugin's chart, its rows inside. */
export function histogram(name: string, overrides: Partial<Chart> = {}): Chart {
  const values = Array.from({ length: 16 }, (_, i) => ({
    low: i * 100,
    high: (i + 1) * 100,
    rows: (i * 7) % 13,
  }));
  return {
    name,
    title: `Distribution of ${name}`,
    alternative: `Histogram of ${name}: 16 bins from 0 to 1,600.`,
    spec: {
      data: { values },
      mark: 'bar',
      width: 420,
      height: 140,
      encoding: {
        x: { field: 'low', type: 'quantitative', bin: { binned: true }, title: name },
        x2: { field: 'high' },
        y: { field: 'rows', type: 'quantitative' },
      },
    },
    evidence: query(`SELECT low, high, count(*) AS "rows" FROM bins_of_${name}`),
    ...overrides,
  };
}

/** Facts of a column as `profile_basic` gives them. */
export function columnFacts(column: ColumnList[number], charts: readonly string[] = []): Finding {
  const isTime = column.type.kind === 'timestamp';
  const evidence = query(`SELECT count(DISTINCT "${column.sql_name}") AS distinct_values FROM data`, {
    yields: {
      distinct_values: { row: 0, column: 'distinct_values' },
      minimum: { row: 0, column: 'minimum' },
    },
  });
  return finding({
    kind: 'column_facts',
    plugin_id: 'profile_basic',
    title: `${column.name}: facts`,
    statement: `${column.name} has 2 311 distinct values in 2 400 rows.`,
    target: { columns: [column.sql_name] },
    severity: 'info',
    fields: {
      distinct_values: { value: 2311 },
      minimum: { value: isTime ? '2025-01-01T00:00:05.000000' : 1.5 },
      maximum: { value: isTime ? '2025-03-31T23:59:10.000000' : 98765.43219 },
      ...(isTime ? {} : { median: { value: 412.25 } }),
    },
    evidence: [evidence],
    charts: [...charts],
  });
}

/** A finding with everything a finding can have. */
export function waitFinding(): Finding {
  const waits = query(
    'SELECT "PROCESS_ID", sum(wait_seconds) AS over_seconds, count(*) AS runs\nFROM data\nWHERE wait_seconds > $1\nGROUP BY 1\nORDER BY over_seconds DESC, "PROCESS_ID"',
    {
      parameters: ['60'],
      row_count: 14,
      yields: { over: { row: 0, column: 'over_seconds' }, runs: { row: 0, column: 'runs' } },
      rows: [3, 4, 5, 9, 2311].map((row_number) => ({ part: 1, row_number })),
      rows_total: 512,
    },
  );
  return finding({
    kind: 'wait_by_activity',
    title: 'PAYOUT owns 61.4 % of the over-threshold wait',
    statement:
      'PAYOUT waited 143 h beyond being eligible in 512 of its 790 runs; in the close window a run of it waits 4 min 12 s on the middle one.',
    target: { activity: 'PAYOUT' },
    scope: { window: 'close' },
    severity: 'serious',
    fields: {
      over: { value: 514_812, unit: 's' },
      runs: { value: 512, unit: 'runs' },
      share: { value: 61.4, unit: '%' },
    },
    estimate: {
      name: 'over-threshold wait',
      value: 514_812,
      unit: 's',
      confidence_interval: { low: 480_000, high: 550_000, level: 0.95 },
    },
    evidence: [
      waits,
      {
        kind: 'derivation',
        method: 'share of a sum',
        parameters: { rounding: 'half even' },
        yields: { share: 'percent' },
        values: { percent: { value: 61.4, unit: '%' } },
        by: 'plugin',
        inputs: [waits],
      },
    ],
    charts: ['waits'],
    assumptions: ['Clocks of queue and server agree.'],
    limitations: ['Runs without a start are left out.'],
    score: { value: 0, parts: { evidence: 1, effect: 0.9, reach: 0.6, actionability: 0.9 } },
  });
}

/** Everything `buildReport` takes, for a run with one profile, one analysis, one test family and two plugins without result. */
export function reportInput(overrides: Partial<ReportInput> = {}): ReportInput {
  const tested = finding({
    kind: 'close_slower',
    title: 'Runs wait longer on Mondays',
    statement: 'Runs queued on a Monday wait 35 s longer than others.',
    confidence: { value: null, how: 'tested' },
    severity: 'warning',
    test: { label: 'monday', name: 'z', statistic: 3, p_value: 0.004, family: 'differences', q_value: null },
    estimate: { name: 'difference', value: 35.25, unit: 's' },
    evidence: [query('SELECT avg(wait_seconds) FROM data WHERE monday')],
  });
  const chance = finding({
    kind: 'chance',
    confidence: { value: null, how: 'tested' },
    test: { label: 'chance', name: 'z', statistic: 3, p_value: 0.7, family: 'differences', q_value: null },
  });
  return {
    kind: 'synthetic',
    ...dataset(),
    coverage: FULL,
    outcomes: [
      outcome(
        'profile_basic',
        {
          findings: COLUMNS.map((c, i) => columnFacts(c, [`column_${i + 1}`])),
          charts: COLUMNS.map((_, i) => histogram(`column_${i + 1}`)),
        },
        { type: 'profile' },
      ),
      outcome('analysis_waits', {
        findings: [chance, tested, waitFinding()],
        charts: [histogram('waits')],
        tests: [ledgerEntry('analysis_waits', 'monday', 0.004), ledgerEntry('analysis_waits', 'chance', 0.7)],
        derived_columns: [
          {
            plugin_id: 'analysis_waits',
            name: 'wait_seconds',
            sql: 'date_diff(\'second\', "QUEUE_DT", "START_DT")',
          },
        ],
        metrics: { over_threshold_wait: { value: 838_000, unit: 's' } },
      }),
      {
        manifest: manifest('analysis_cases'),
        status: 'not_applicable',
        reason: 'no column has the role case',
      },
      { manifest: manifest('analysis_broken'), status: 'failed', reason: 'it threw: division by zero' },
    ],
    q: 0.05,
    ...overrides,
  };
}

export function findingTitles(report: Report): string[] {
  return report.findings.map((f) => f.title);
}
