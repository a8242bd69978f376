import Type, { type Static } from 'typebox';
import { closed, oneOf, Sha256Schema } from './common.ts';

/** What an entity of the lineage is. */
export const EntityKind = oneOf(
  'upload',
  'part',
  'dataset_version',
  'execution',
  'result',
  'artifact',
  'report',
);
export type EntityKind = Static<typeof EntityKind>;

/** Entities are named by the hash of their content; an execution by `<plugin_id>`. */
export const TraceEntity = closed({
  kind: EntityKind,
  id: Type.String(),
  label: Type.String(),
  sha256: Type.Union([Sha256Schema, Type.Null()]),
});
export type TraceEntity = Static<typeof TraceEntity>;

export const TraceEdge = closed({
  from: Type.String(),
  to: Type.String(),
  relation: oneOf('ingested_into', 'part_of', 'used_by', 'upstream_of', 'produced', 'included_in'),
});
export type TraceEdge = Static<typeof TraceEdge>;

/** `trace.json`: the lineage from upload to report, content only, in a total order. */
export const Trace = closed(
  {
    schema_version: Type.Literal('trace.v1'),
    entities: Type.Array(TraceEntity),
    edges: Type.Array(TraceEdge),
  },
  { $id: 'trace.v1' },
);
export type Trace = Static<typeof Trace>;
