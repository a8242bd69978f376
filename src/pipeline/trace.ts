import { byCodePoint, hashJson, type Sha256 } from '../base/index.ts';
import { sampleOf, sampleText, type Trace, type TraceEdge, type TraceEntity } from '../contract/index.ts';
import type { RunInput } from './fingerprint.ts';
import type { Outcome } from './outcome.ts';

/**
 * The lineage of a run, content only: uploads → parts → dataset version → executions → results and artifacts →
 * report. Entities are named by content hash, so a rerun gives the same bytes.
 */
export function buildTrace(input: RunInput, outcomes: readonly Outcome[], reportSha256: Sha256): Trace {
  const entities = new Map<string, TraceEntity>();
  const edges: TraceEdge[] = [];
  const add = (kind: TraceEntity['kind'], sha256: Sha256, label: string): string => {
    const id = `${kind}:${sha256}`;
    entities.set(id, { kind, id, label, sha256 });
    return id;
  };
  const link = (from: string, relation: TraceEdge['relation'], to: string): void =>
    void edges.push({ from, to, relation });

  const version = add('dataset_version', input.version.dataset_version_id, 'dataset version');
  for (const [index, part] of input.parts.entries()) {
    const partId = add('part', part.part_id, `part ${index + 1}`);
    link(add('upload', part.upload_sha256, `upload of part ${index + 1}`), 'ingested_into', partId);
    link(partId, 'part_of', version);
  }
  const report = add('report', reportSha256, 'report.json');
  const sample = sampleOf(input.coverage);
  const drawn = sample === undefined ? '' : `, SAMPLED: ${sampleText(sample)}`;
  const executions = new Map(outcomes.map((outcome) => [outcome.manifest.id, executionId(outcome, input)]));
  for (const outcome of outcomes) {
    const { id } = outcome.manifest;
    const execution = executions.get(id) ?? '';
    entities.set(execution, {
      kind: 'execution',
      id: execution,
      label: `${id} (${outcome.status}${drawn})`,
      sha256: null,
    });
    link(version, 'used_by', execution);
    for (const upstream of outcome.entry.upstream) {
      const from = executions.get(upstream.id);
      if (from !== undefined) link(from, 'upstream_of', execution);
    }
    if (outcome.ok === undefined) continue;
    const result = add('result', outcome.ok.sha256, `results/${id}.json`);
    link(execution, 'produced', result);
    link(result, 'included_in', report);
    for (const artifact of outcome.ok.result.artifacts) {
      link(
        execution,
        'produced',
        add('artifact', artifact.sha256 as Sha256, `artifacts/${id}/${artifact.path}`),
      );
    }
  }
  return {
    schema_version: 'trace.v1',
    entities: [...entities.values()].sort((a, b) => byCodePoint(a.id, b.id)),
    edges: edges.sort((a, b) => byCodePoint(edgeKey(a), edgeKey(b))),
  };
}

/** An execution has no content of its own: it is named by what ran on what, on which rows of it. */
function executionId(outcome: Outcome, { version, coverage }: RunInput): string {
  const sample = sampleOf(coverage);
  const what = {
    plugin: outcome.manifest.id,
    data: version.dataset_version_id,
    ...(sample && { sample }),
  };
  return `execution:${hashJson(what)}`;
}

function edgeKey(edge: TraceEdge): string {
  return `${edge.from}\n${edge.relation}\n${edge.to}`;
}
