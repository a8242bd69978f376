import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import type { Trace } from '../../src/contract/index.ts';
import { runEntityId, runLineage, sharedEntityId } from '../../src/state/index.ts';
import { freshState, ingest, runId, sampleTrace } from './appdata.ts';

function twoRuns() {
  const state = freshState();
  const trace = sampleTrace(ingest(state));
  state.lineage.saveAll(runLineage(runId('a'), trace));
  state.lineage.saveAll(runLineage(runId('b'), trace));
  return state;
}

describe('META-07b lineage', () => {
  test('goes back from a report to the upload, and meets nothing of another run', () => {
    const { lineage } = twoRuns();
    const { entities, edges } = lineage.back(runEntityId(runId('a'), 'report', sha256('report')));
    const way = ['upload', 'part', 'dataset_version', 'run', 'execution', 'result', 'report'];
    expect(entities.map((entity) => entity.kind)).toEqual(way);
    expect(new Set(entities.map((entity) => entity.run_id))).toEqual(new Set([null, runId('a')]));
    expect(edges).toHaveLength(7);
  });

  test('goes forth from an upload to everything that was made of it, in every run', () => {
    const { lineage } = twoRuns();
    const { entities, edges } = lineage.forth(sharedEntityId('upload', sha256('a')));
    expect(entities.filter((entity) => entity.kind === 'report').map((entity) => entity.run_id)).toEqual([
      runId('a'),
      runId('b'),
    ]);
    expect(entities).toHaveLength(11);
    expect(edges).toHaveLength(12);
  });

  test('finds a content wherever it lies', () => {
    const { lineage } = twoRuns();
    expect(lineage.byHash(sha256('report'))).toHaveLength(2);
    expect(lineage.byHash(sha256('a'))).toHaveLength(1);
    expect(lineage.ofRun(runId('b')).map((entity) => entity.kind)).toEqual([
      'run',
      'execution',
      'result',
      'report',
    ]);
  });

  test('ends even where entities form a circle', () => {
    const { lineage } = freshState();
    const entity = (entity_id: string) =>
      ({ entity_id, kind: 'artifact', label: entity_id, sha256: null, run_id: null }) as const;
    lineage.saveAll({
      entities: [entity('x'), entity('y')],
      edges: [
        { from_id: 'x', to_id: 'y', relation: 'produced' },
        { from_id: 'y', to_id: 'x', relation: 'produced' },
      ],
    });
    expect(lineage.back('x').entities.map((e) => e.entity_id)).toEqual(['x', 'y']);
  });

  test('knows nothing of an entity that was never recorded, and takes no edge to one', () => {
    const { lineage } = freshState();
    expect(lineage.back('nothing')).toEqual({ entities: [], edges: [] });
    const stray = { from_id: 'nothing', to_id: 'nobody', relation: 'produced' } as const;
    expect(() => lineage.saveAll({ entities: [], edges: [stray] })).toThrow(/FOREIGN KEY/);
  });

  test('refuses a trace with an edge to something it does not hold', () => {
    const trace: Trace = {
      schema_version: 'trace.v1',
      entities: [],
      edges: [{ from: 'a', to: 'b', relation: 'produced' }],
    };
    expect(() => runLineage(runId('a'), trace)).toThrow(/"a"/);
  });
});
