import type { RunManifest } from '../contract/index.ts';
import { type CrateInput, ENGINE, type Entity, idOf, inputId, OPERATOR, pluginId } from './crate-entities.ts';
import { PAYLOAD } from './payload.ts';

type Reference = Pick<Entity, '@id'>;
type Plugin = RunManifest['plugins'][number];

const COMPLETED = 'http://schema.org/CompletedActionStatus';
const FAILED = 'http://schema.org/FailedActionStatus';
/** What the run as a whole made. */
const OF_THE_RUN = ['report.json', 'report.md', 'report.html', 'trace.json', 'run_manifest.json'];

/** What was done: the files read, the run as a whole, and each execution of a plugin. */
export function actionsOf(from: CrateInput): Entity[] {
  const executed = from.manifest.plugins.filter(
    ({ execution_fingerprint }) => execution_fingerprint !== null,
  );
  return [...ingests(from), runAction(from), ...executed.map((plugin) => execution(plugin, from))];
}

function ingests({ inputs }: CrateInput): Entity[] {
  return inputs.map(({ upload, parquet, others }, index) => ({
    '@id': `#ingest-${index + 1}`,
    '@type': 'CreateAction',
    name: `Part ${index + 1}: the uploaded file becomes a typed table`,
    description:
      'Every cell was typed and every record that could not be read was kept: see its ingest report.',
    agent: { '@id': OPERATOR },
    instrument: { '@id': ENGINE },
    object: { '@id': idOf(upload) },
    result: some([parquet, ...others].map((file) => ({ '@id': idOf(file) }))),
  }));
}

function runAction(from: CrateInput): Entity {
  const { manifest } = from;
  const { status, failed_plugins } = manifest.results;
  const failed = failed_plugins.length === 0 ? '' : ` These plugins failed: ${failed_plugins.join(', ')}.`;
  return {
    '@id': `#run-${manifest.run_id}`,
    '@type': 'CreateAction',
    name: `Run ${manifest.run_id}`,
    description: `It ended ${status}.${failed} Its configuration is in run_manifest.json, under config.`,
    startTime: withOffset(manifest.started_at),
    endTime: withOffset(manifest.finished_at),
    agent: { '@id': OPERATOR },
    instrument: { '@id': ENGINE },
    object: some(uploadsOf(from)),
    result: some(packed(from, (path) => OF_THE_RUN.includes(path))),
    actionStatus: COMPLETED,
  };
}

function execution(plugin: Plugin, from: CrateInput): Entity {
  const { id, status, reason, reused_from, started_at, finished_at } = plugin;
  const ok = status === 'ok';
  const reused = reused_from === null ? '' : ` The result was taken over from run ${reused_from}.`;
  const results = packed(from, (path) =>
    ok ? path === `results/${id}.json` || path.startsWith(`artifacts/${id}/`) : path === `logs/${id}.log`,
  );
  return {
    '@id': `#execution-${id}`,
    '@type': 'CreateAction',
    name: from.titles.get(id) ?? id,
    description: `Settings: ${JSON.stringify(settingsOf(id, from.manifest))}.${reused}`,
    ...(started_at !== undefined && { startTime: withOffset(started_at) }),
    ...(finished_at !== undefined && { endTime: withOffset(finished_at) }),
    agent: { '@id': OPERATOR },
    instrument: { '@id': pluginId(id) },
    object: some(tablesOf(from)),
    ...(results.length > 0 && { result: some(results) }),
    actionStatus: ok ? COMPLETED : FAILED,
    ...(!ok && { error: `${status}: ${reason ?? ''}` }),
  };
}

function uploadsOf({ manifest, inputs }: CrateInput): Reference[] {
  return inputs.length > 0
    ? inputs.map(({ upload }) => ({ '@id': idOf(upload) }))
    : manifest.inputs.map((_, index) => ({ '@id': inputId(index) }));
}

function tablesOf(from: CrateInput): Reference[] {
  return from.inputs.length > 0
    ? from.inputs.map(({ parquet }) => ({ '@id': idOf(parquet) }))
    : uploadsOf(from);
}

function packed({ files }: CrateInput, wanted: (path: string) => boolean): Reference[] {
  return files
    .filter(({ path }) => wanted(path.slice(PAYLOAD.length)))
    .map((file) => ({ '@id': idOf(file) }));
}

function settingsOf(id: string, manifest: RunManifest): unknown {
  const all = manifest.config.resolved['settings'];
  return all !== null && typeof all === 'object'
    ? (Object.entries(all).find(([key]) => key === id)?.[1] ?? {})
    : {};
}

/** One reference stands alone, several in a list: crates are compact. */
function some(references: readonly Reference[]): Reference | readonly Reference[] {
  const [only] = references;
  return references.length === 1 && only !== undefined ? only : references;
}

/** An instant with its offset written out. */
function withOffset(instant: string): string {
  return instant.replace(/Z$/, '+00:00');
}
