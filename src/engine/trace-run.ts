import { HarnessError } from '../base/index.ts';
import type { Trace } from '../contract/index.ts';
import type { Lineage, LineageEntity } from '../state/index.ts';
import type { App } from './app.ts';
import { refuseChangedLineage } from './refuse-changed.ts';

/** The lineage from one entity of a run, back to the upload or forth to what came of it. */
export interface RunTrace {
  readonly run_id: string;
  readonly start: string;
  readonly entities: readonly {
    readonly kind: string;
    readonly label: string;
    readonly sha256: string | null;
  }[];
  readonly edges: readonly {
    readonly from_label: string;
    readonly relation: string;
    readonly to_label: string;
  }[];
}

export interface TraceOptions {
  /** Label, hash or kind of the entity to start from; if left out, the report for the way back, else the upload. */
  readonly from?: string;
  readonly direction: 'back' | 'forth';
}

/** Walks the lineage of a run. Throws SH_ENTITY_UNKNOWN where the run has no such entity. */
export async function traceRun(app: App, id: string, options: TraceOptions): Promise<RunTrace> {
  const run = app.state.runs.find(id);
  const shown = shownBy(await refuseChangedLineage(app, run));
  const label = options.from ?? (options.direction === 'back' ? 'report' : 'upload');
  const start = startOf(app, run.run_id, label, shown);
  const { lineage } = app.state;
  const walked =
    options.direction === 'back' ? lineage.back(start.entity_id) : lineage.forth(start.entity_id);
  const found = { ...walked, entities: walked.entities.map(shown) };
  const labels = new Map(found.entities.map((entity) => [entity.entity_id, nameOf(entity)]));
  return {
    run_id: run.run_id,
    start: nameOf(start),
    entities: found.entities.map(({ kind, label, sha256 }) => ({ kind, label, sha256 })),
    edges: inOrder(found).map(({ from_id, relation, to_id }) => ({
      from_label: labels.get(from_id) ?? from_id,
      relation,
      to_label: labels.get(to_id) ?? to_id,
    })),
  };
}

type Show = (entity: LineageEntity) => LineageEntity;

/**
 * Gives what runs share the label that it has in the trace of this run. In the database it has that of the first run that
 * named it, which nothing vouches for: of what this run did not use, only the kind is shown.
 */
function shownBy(trace: Trace | undefined): Show {
  const key = ({ kind, sha256 }: Pick<LineageEntity, 'kind' | 'sha256'>): string => `${kind} ${sha256}`;
  const own = new Map(trace?.entities.map((entity) => [key(entity), entity.label]));
  return (entity) =>
    entity.run_id === null
      ? { ...entity, label: own.get(key(entity)) ?? entity.kind.replaceAll('_', ' ') }
      : entity;
}

/** The entity with this label, hash or file name, among those of the run and what it stands on. */
function startOf(app: App, runId: string, label: string, shown: Show): LineageEntity {
  const own = app.state.lineage.ofRun(runId);
  const report = own.find((entity) => entity.kind === 'report');
  const reachable =
    report === undefined ? own : [...own, ...app.state.lineage.back(report.entity_id).entities.map(shown)];
  const found = reachable.find((entity) => [entity.label, entity.sha256, entity.kind].includes(label));
  if (found !== undefined) return found;
  const labels = own.filter((entity) => entity.kind !== 'run').map((entity) => entity.label);
  throw new HarnessError('SH_ENTITY_UNKNOWN', { id: label, run: runId, known: labels.join(', ') || 'none' });
}

function nameOf(entity: LineageEntity): string {
  if (entity.sha256 === null) return `${entity.kind} ${entity.label}`;
  return `${entity.label} (${entity.sha256.slice(0, 'sha256:'.length + 12)})`;
}

/** Edges in the way of the data: by the stage they start from, then by their ends. */
function inOrder(found: Lineage): Lineage['edges'] {
  const place = new Map(found.entities.map((entity, index) => [entity.entity_id, index]));
  const at = (id: string): number => place.get(id) ?? 0;
  return found.edges.toSorted((a, b) => at(a.from_id) - at(b.from_id) || at(a.to_id) - at(b.to_id));
}
