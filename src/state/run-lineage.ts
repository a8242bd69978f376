import type { Trace, TraceEntity } from '../contract/index.ts';
import type { Lineage, LineageEdge, LineageEntity } from './stores/lineage.ts';

/** The id in the lineage of content that runs share, or of a run. */
export function sharedEntityId(kind: 'upload' | 'part' | 'dataset_version' | 'run', id: string): string {
  return `${kind}/${id}`;
}

/** The id in the lineage of something that belongs to one run; `id` as the run's trace names it. */
export function runEntityId(run_id: string, kind: TraceEntity['kind'], id: string): string {
  return `${kind}/${run_id}/${id}`;
}

/**
 * The lineage of a run from its trace: the trace's entities and edges, and the run itself between the dataset
 * versions it used and its executions. The trace holds content only, so equal runs share a trace; in the lineage
 * what a run made is its own.
 */
export function runLineage(run_id: string, trace: Trace): Lineage {
  const ids = new Map(trace.entities.map((entity) => [entity.id, entityId(run_id, entity)]));
  const run: LineageEntity = {
    entity_id: sharedEntityId('run', run_id),
    kind: 'run',
    label: run_id,
    sha256: null,
    run_id,
  };
  const known = (id: string): string => {
    const found = ids.get(id);
    if (found === undefined) throw new Error(`the trace has an edge to "${id}", which it does not hold`);
    return found;
  };
  const edges = trace.edges.map(
    ({ from, to, relation }): LineageEdge => ({ from_id: known(from), to_id: known(to), relation }),
  );
  return {
    entities: [run, ...trace.entities.map((entity) => lineageEntity(run_id, entity))],
    edges: [...edges, ...edgesOfRun(run.entity_id, run_id, trace)],
  };
}

function edgesOfRun(run: string, run_id: string, trace: Trace): LineageEdge[] {
  return trace.entities.flatMap((entity): LineageEdge[] => {
    const id = entityId(run_id, entity);
    if (entity.kind === 'dataset_version') return [{ from_id: id, to_id: run, relation: 'used_by' }];
    if (entity.kind === 'execution') return [{ from_id: run, to_id: id, relation: 'produced' }];
    return [];
  });
}

function lineageEntity(run_id: string, entity: TraceEntity): LineageEntity {
  const { kind, label, sha256 } = entity;
  return { entity_id: entityId(run_id, entity), kind, label, sha256, run_id: isShared(kind) ? null : run_id };
}

function entityId(run_id: string, { kind, id }: TraceEntity): string {
  return isShared(kind) ? sharedEntityId(kind, id) : runEntityId(run_id, kind, id);
}

function isShared(kind: TraceEntity['kind']): kind is 'upload' | 'part' | 'dataset_version' {
  return kind === 'upload' || kind === 'part' || kind === 'dataset_version';
}
