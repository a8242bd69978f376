import type { Sha256 } from '../../base/index.ts';
import type { Database } from '../database.ts';
import { hash, member, nullable, type RowOf, rowReader, text } from '../row.ts';

export const LINEAGE_KINDS = [
  'upload',
  'part',
  'dataset_version',
  'run',
  'execution',
  'result',
  'artifact',
  'report',
] as const;
export const LINEAGE_RELATIONS = [
  'ingested_into',
  'part_of',
  'used_by',
  'upstream_of',
  'produced',
  'included_in',
] as const;

const entityShape = {
  entity_id: text,
  kind: member(LINEAGE_KINDS),
  label: text,
  sha256: nullable(hash),
  /** The run it belongs to; null for content that runs share: uploads, parts, dataset versions. */
  run_id: nullable(text),
};
const edgeShape = { from_id: text, to_id: text, relation: member(LINEAGE_RELATIONS) };
const readEntity = rowReader(entityShape);
const readEdge = rowReader(edgeShape);

export type LineageEntity = RowOf<typeof entityShape>;
/** `from_id` came first: the way of the data. */
export type LineageEdge = RowOf<typeof edgeShape>;

/** A part of the lineage: entities by kind in the way of the data and then by id, edges by their ends. */
export interface Lineage {
  readonly entities: readonly LineageEntity[];
  readonly edges: readonly LineageEdge[];
}

// UNION drops what was reached before, so a walk ends even where entities form a circle.
const BACK = `WITH RECURSIVE reached (entity_id) AS (
    VALUES ($entity_id) UNION
    SELECT g.from_id FROM reached CROSS JOIN lineage_edges g ON g.to_id = reached.entity_id)`;
const FORTH = `WITH RECURSIVE reached (entity_id) AS (
    VALUES ($entity_id) UNION
    SELECT g.to_id FROM reached CROSS JOIN lineage_edges g ON g.from_id = reached.entity_id)`;
const ENTITIES = `SELECT e.* FROM reached CROSS JOIN lineage_entities e ON e.entity_id = reached.entity_id
  ORDER BY e.entity_id`;
const EDGES = 'ORDER BY g.from_id, g.to_id, g.relation';

export const LINEAGE_QUERIES = {
  saveEntity: `INSERT INTO lineage_entities (entity_id, kind, label, sha256, run_id)
    VALUES ($entity_id, $kind, $label, $sha256, $run_id) ON CONFLICT (entity_id) DO NOTHING`,
  saveEdge: `INSERT INTO lineage_edges (from_id, to_id, relation) VALUES ($from_id, $to_id, $relation)
    ON CONFLICT (from_id, to_id, relation) DO NOTHING`,
  purgeEdgesFrom: `DELETE FROM lineage_edges
    WHERE from_id IN (SELECT entity_id FROM lineage_entities WHERE run_id = $run_id)`,
  purgeEdgesTo: `DELETE FROM lineage_edges
    WHERE to_id IN (SELECT entity_id FROM lineage_entities WHERE run_id = $run_id)`,
  purgeEntities: 'DELETE FROM lineage_entities WHERE run_id = $run_id',
  byHash: 'SELECT * FROM lineage_entities WHERE sha256 = $sha256 ORDER BY entity_id',
  ofRun: 'SELECT * FROM lineage_entities WHERE run_id = $run_id ORDER BY entity_id',
  entitiesBack: `${BACK} ${ENTITIES}`,
  entitiesForth: `${FORTH} ${ENTITIES}`,
  edgesBack: `${BACK} SELECT g.* FROM reached CROSS JOIN lineage_edges g ON g.to_id = reached.entity_id ${EDGES}`,
  edgesForth: `${FORTH} SELECT g.* FROM reached CROSS JOIN lineage_edges g ON g.from_id = reached.entity_id ${EDGES}`,
} as const;

/** META-07b: what came from what. */
export function lineageStore(db: Database) {
  const entities = (sql: string, parameters: { readonly [name: string]: string }) =>
    db.all(sql, parameters, readEntity).toSorted((a, b) => stage(a) - stage(b));
  return {
    /** Records entities and edges; what is known already stays as it is. Both ends of an edge must be known. */
    saveAll: ({ entities, edges }: Lineage): void =>
      db.atomically(() => {
        for (const entity of entities) db.run(LINEAGE_QUERIES.saveEntity, entity);
        for (const edge of edges) db.run(LINEAGE_QUERIES.saveEdge, edge);
      }),
    /** Forgets what belongs to one run; what runs share stays. */
    purge: (run_id: string): void =>
      db.atomically(() => {
        db.run(LINEAGE_QUERIES.purgeEdgesFrom, { run_id });
        db.run(LINEAGE_QUERIES.purgeEdgesTo, { run_id });
        db.run(LINEAGE_QUERIES.purgeEntities, { run_id });
      }),
    /** Every entity with this content. */
    byHash: (sha256: Sha256): readonly LineageEntity[] => entities(LINEAGE_QUERIES.byHash, { sha256 }),
    /** The entities that belong to one run. */
    ofRun: (run_id: string): readonly LineageEntity[] => entities(LINEAGE_QUERIES.ofRun, { run_id }),
    /** The entity and all it came from. */
    back: (entity_id: string): Lineage => ({
      entities: entities(LINEAGE_QUERIES.entitiesBack, { entity_id }),
      edges: db.all(LINEAGE_QUERIES.edgesBack, { entity_id }, readEdge),
    }),
    /** The entity and all that came from it. */
    forth: (entity_id: string): Lineage => ({
      entities: entities(LINEAGE_QUERIES.entitiesForth, { entity_id }),
      edges: db.all(LINEAGE_QUERIES.edgesForth, { entity_id }, readEdge),
    }),
  };
}

function stage(entity: LineageEntity): number {
  return LINEAGE_KINDS.indexOf(entity.kind);
}
