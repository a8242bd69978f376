import { canonicalJson, type Json } from '../base/index.ts';
import type { RunManifest, Trace } from '../contract/index.ts';
import { erpHistoryOf, lineageOf, sealEvents } from '../pipeline/index.ts';
import type { Execution, Lineage, LineageEntity, Run, State } from '../state/index.ts';
import type { CheckedDocuments } from './check-folder.ts';
import { type Damage, RESTORE, shownValue } from './damage.ts';

/** Every value that the database holds of a finished run, compared with what was sealed. */
export function checkRecords(
  state: State,
  run: Run,
  manifest: RunManifest,
  documents: CheckedDocuments,
  touches: readonly string[],
): Damage[] {
  const differences = [
    ...runDifferences(run, manifest),
    ...executionDifferences(state.executions.list(run.run_id), manifest, documents),
    ...artifactDifferences(state, run, manifest),
    ...uploadDifferences(state, run, manifest),
    ...eventDifferences(state, run, manifest),
    ...lineageDifferences(state, run, manifest, documents),
    ...historyDifferences(state, manifest, documents),
  ];
  return differences.map((difference) => recordDamage(difference, touches));
}

/** The lineage of a finished run, compared with its trace. */
export function checkLineage(
  state: State,
  run: Run,
  manifest: RunManifest,
  trace: Trace,
  touches: readonly string[],
): Damage[] {
  return lineageDifferences(state, run, manifest, { trace }).map((difference) =>
    recordDamage(difference, touches),
  );
}

function recordDamage({ path, expected, found }: Difference, touches: readonly string[]): Damage {
  return {
    kind: 'record',
    what: 'The record',
    path,
    expected: expected === undefined ? null : shownValue(expected),
    found: found === undefined ? null : shownValue(found),
    touches,
    repair: RESTORE,
  };
}

/** A place in the database whose value is not the sealed one; undefined is what is not there. */
interface Difference {
  readonly path: string;
  readonly expected: unknown;
  readonly found: unknown;
}

type Row = Readonly<Record<string, unknown>>;

/** The columns of a row that differ from what they should be. */
function differing(table: string, key: string, expected: Row, found: Row | undefined): Difference[] {
  if (found === undefined) return [{ path: `${table} of ${key}`, expected, found: undefined }];
  return Object.entries(expected)
    .filter(([column, value]) => canonicalJson(value ?? null) !== canonicalJson(found[column] ?? null))
    .map(([column, value]) => ({
      path: `${table}.${column} of ${key}`,
      expected: value ?? 'nothing',
      found: found[column] ?? 'nothing',
    }));
}

/** Rows by key: those that differ, are missing, or should not be there. */
function differingRows(
  table: string,
  expected: ReadonlyMap<string, Row>,
  found: ReadonlyMap<string, Row>,
): Difference[] {
  const surplus = [...found].filter(([key]) => !expected.has(key));
  return [
    ...[...expected].flatMap(([key, row]) => differing(table, key, row, found.get(key))),
    ...surplus.map(([key, row]) => ({ path: `${table} of ${key}`, expected: undefined, found: row })),
  ];
}

function runDifferences(run: Run, manifest: RunManifest): Difference[] {
  const { results, plugins, config } = manifest;
  const count = (wanted: (plugin: RunManifest['plugins'][number]) => boolean): number =>
    plugins.filter(wanted).length;
  const { first_result_at } = manifest;
  const expected: Row = {
    fingerprint: manifest.run_fingerprint,
    dataset: manifest.dataset.name,
    dataset_version_id: manifest.dataset.dataset_version_id,
    kind: manifest.kind,
    status: results.status,
    reason: '',
    config: { ...config.resolved, sources: config.sources },
    created_at: manifest.created_at,
    started_at: manifest.started_at,
    finished_at: manifest.finished_at,
    ...(first_result_at !== undefined && { first_result_at }),
    findings: results.findings,
    plugins_ok: count(({ status }) => status === 'ok'),
    plugins_reused: count(({ reused_from }) => reused_from !== null),
    plugins_failed: results.failed_plugins.length,
    plugins_not_applicable: count(({ status }) => status === 'not_applicable'),
  };
  return differing('runs', run.run_id, expected, { ...run });
}

function executionDifferences(
  executions: readonly Execution[],
  manifest: RunManifest,
  { report }: CheckedDocuments,
): Difference[] {
  const reasons = new Map(report?.plugins.map(({ plugin_id, reason }) => [plugin_id, reason]));
  const outputs = new Map(manifest.artifacts.map(({ path, sha256 }) => [path, sha256]));
  const expected = manifest.plugins.map((plugin): [string, Row] => {
    const reason = plugin.reason ?? reasons.get(plugin.id);
    const { started_at, finished_at, exit_code } = plugin;
    return [
      plugin.id,
      {
        execution_fingerprint: plugin.execution_fingerprint,
        status: plugin.status,
        reused_from_run: plugin.reused_from,
        output_sha256: outputs.get(`results/${plugin.id}.json`) ?? null,
        peak_memory_bytes: plugin.peak_memory_bytes,
        sandbox_layers: plugin.sandbox_layers,
        ...(reason !== undefined && { reason }),
        ...(started_at !== undefined && { started_at }),
        ...(finished_at !== undefined && { finished_at }),
        ...(exit_code !== undefined && { exit_code }),
      },
    ];
  });
  const found = executions.map((execution): [string, Row] => [execution.plugin_id, { ...execution }]);
  return differingRows('executions', new Map(expected), new Map(found));
}

function artifactDifferences(state: State, run: Run, manifest: RunManifest): Difference[] {
  const byPath = (rows: readonly { readonly path: string }[]): Map<string, Row> =>
    new Map(rows.map((row) => [row.path, { ...row }]));
  return differingRows('artifacts', byPath(manifest.artifacts), byPath(state.artifacts.list(run.run_id)));
}

/** The record of each upload, which stays for ever: where it came from, how large it was, when it was received. */
function uploadDifferences(state: State, run: Run, manifest: RunManifest): Difference[] {
  const events = state.events.byCorrelation(run.run_id);
  return manifest.inputs.flatMap((input) => {
    const { upload_sha256, original_path, original_filename, bytes } = input;
    const event = events.find(
      ({ kind, subject_id }) => kind === 'upload.received' && subject_id === upload_sha256,
    );
    const received_at = event === undefined ? undefined : receivedAt(event.data);
    const expected = { original_path, original_filename, bytes, ...(received_at && { received_at }) };
    const received = state.uploads.byHash(upload_sha256);
    if (received.some((upload) => differing('', '', expected, { ...upload }).length === 0)) return [];
    const found = received.map(
      (upload) => `${upload.original_path}, ${upload.bytes} bytes, ${upload.received_at}`,
    );
    return [{ path: `uploads of ${upload_sha256}`, expected, found: found.join('; ') || undefined }];
  });
}

function receivedAt(data: Json): string | undefined {
  const at =
    typeof data === 'object' && data !== null && 'received_at' in data ? data.received_at : undefined;
  return typeof at === 'string' ? at : undefined;
}

/** The events up to the sealing are hashed in the manifest; the one that tells of the end says what it says. */
function eventDifferences(state: State, run: Run, manifest: RunManifest): Difference[] {
  const { events: sealed, finished_at, results } = manifest;
  if (sealed === undefined) return [];
  const events = state.events.byCorrelation(run.run_id);
  const found = sealEvents(events.slice(0, sealed.count));
  const ends = events.slice(sealed.count).filter(({ kind }) => kind === 'run.finished');
  const end = ends.map(({ at, subject_kind, subject_id, data }) => ({ at, subject_kind, subject_id, data }));
  const ended = {
    at: finished_at,
    subject_kind: 'run',
    subject_id: run.run_id,
    data: { status: results.status },
  };
  return [
    ...differing(`events (the first ${sealed.count})`, run.run_id, { ...sealed }, { ...found }),
    ...differing('events (run.finished)', run.run_id, { found: [ended] }, { found: end }),
  ];
}

/** What stays of the run for its ERP follows from its report. */
function historyDifferences(state: State, manifest: RunManifest, { report }: CheckedDocuments): Difference[] {
  const expected = report && erpHistoryOf(manifest, report);
  if (expected === undefined) return [];
  return differing('erp_history', manifest.run_id, { ...expected }, state.erpHistory.ofRun(manifest.run_id));
}

function lineageDifferences(
  state: State,
  run: Run,
  manifest: RunManifest,
  { trace }: CheckedDocuments,
): Difference[] {
  if (trace === undefined) return [];
  const artifacts = manifest.artifacts;
  const expected = lineageOf(run.run_id, trace, artifacts);
  const found = storedLineage(state, run.run_id);
  const entities = ({ entities }: Lineage): Map<string, Row> =>
    new Map(entities.map((entity) => [entity.entity_id, { ...entity, label: labelOf(entity) }]));
  const edges = ({ edges }: Lineage): Map<string, Row> =>
    new Map(edges.map((edge) => [`${edge.from_id} ${edge.relation} ${edge.to_id}`, { ...edge }]));
  return [
    ...differingRows('lineage_entities', entities(expected), entities(found)),
    ...differingRows('lineage_edges', edges(expected), edges(found)),
  ];
}

/** What runs share keeps the label of the first that named it, which may be another ordinal. */
function labelOf({ run_id, label }: LineageEntity): string {
  return run_id === null ? label.replace(/\d+$/, '') : label;
}

/** The entities of a run and all that they came from. */
function storedLineage(state: State, runId: string): Lineage {
  const own = state.lineage.ofRun(runId);
  const back = own.map((entity) => state.lineage.back(entity.entity_id));
  return {
    entities: [...own, ...back.flatMap(({ entities }) => entities)],
    edges: back.flatMap(({ edges }) => edges),
  };
}
