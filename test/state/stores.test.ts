import { describe, expect, test } from 'vitest';
import { hexOf, sha256 } from '../../src/base/index.ts';
import type { DatasetVersion } from '../../src/contract/index.ts';
import type { Execution } from '../../src/state/index.ts';
import { completeRun, freshState, ingest, newRun, runId, samplePart, sampleVersion } from './appdata.ts';

describe('uploads', () => {
  test('keep one row per reception over one content, the newest first', () => {
    const { uploads } = freshState();
    const content = { sha256: sha256('a'), bytes: 1 };
    uploads.record({ ...content, original_path: '/data/a.csv', original_filename: 'a.csv' });
    uploads.record({ ...content, original_path: '/data/b.csv', original_filename: 'b.csv' });
    expect(uploads.byHash(sha256('a')).map((upload) => upload.original_filename)).toEqual(['b.csv', 'a.csv']);
    expect(uploads.byHash(sha256('b'))).toEqual([]);
  });
});

describe('parts', () => {
  test('come back as they were saved, and take the hash of Parquet bytes that were made again', () => {
    const state = freshState();
    ingest(state);
    const part = samplePart();
    expect(state.parts.get(part.part_id)).toEqual(part);
    const again = { ...part, parquet_sha256: sha256('other row groups') };
    state.parts.save(again);
    expect(state.parts.get(part.part_id)).toEqual(again);
  });

  test('need their upload', () => {
    expect(() => freshState().parts.save(samplePart())).toThrow(/FOREIGN KEY/);
  });
});

describe('dataset versions', () => {
  test('are counted per dataset; one that is known keeps its ordinal', () => {
    const state = freshState();
    const first = ingest(state, 'a');
    const second = ingest(state, 'b');
    ingest(state, 'a');
    expect(state.versions.list('orders').map((entry) => [entry.ordinal, entry.dataset_version_id])).toEqual([
      [2, second.dataset_version_id],
      [1, first.dataset_version_id],
    ]);
    ingest(state, 'b', 'stock');
    expect(state.versions.entry('stock', second.dataset_version_id)?.ordinal).toBe(1);
    expect(state.versions.entriesOf(second.dataset_version_id).map((entry) => entry.dataset)).toEqual([
      'orders',
      'stock',
    ]);
    expect(state.datasets.list()).toMatchObject([
      { name: 'orders', versions: 2, newest_version_id: second.dataset_version_id },
      { name: 'stock', versions: 1 },
    ]);
  });

  test('come back as they were saved, with the roles as they were inferred last', () => {
    const state = freshState();
    const version = ingest(state);
    expect(state.versions.get(version.dataset_version_id)).toEqual(version);
    const bindings = [
      { role: 'text', sql_name: 'A', confidence: 1, source: 'inferred' as const, reasons: [] },
    ];
    const again: DatasetVersion = { ...version, roles: { schema_version: 'role_map.v1', bindings } };
    state.versions.save({ dataset: 'orders', kind: 'real', version: again });
    expect(state.versions.get(version.dataset_version_id)).toEqual(again);
  });

  test('may hold a part twice, and share parts', () => {
    const state = freshState();
    ingest(state, 'a');
    ingest(state, 'b');
    const version = sampleVersion([samplePart('a'), samplePart('b'), samplePart('a')]);
    state.versions.save({ dataset: 'orders', kind: 'real', version });
    expect(state.versions.get(version.dataset_version_id)?.parts).toHaveLength(3);
  });

  test('are found by the name of their dataset and by the beginning of their id', () => {
    const state = freshState();
    ingest(state, 'a');
    const { dataset_version_id: id } = ingest(state, 'b');
    const found = (text: string) => state.versions.find(text).dataset_version_id;
    expect(found('orders')).toBe(id);
    for (const text of [id, hexOf(id), hexOf(id).slice(0, 8), id.slice(0, 15), hexOf(id).toUpperCase()]) {
      expect(found(text)).toBe(id);
    }
  });

  test.each(['', 'sha256:', 'nothing', 'ffff', '%'])('that no one knows are refused: "%s"', (text) => {
    const state = freshState();
    ingest(state);
    state.datasets.ensure('empty');
    const unknown = expect.objectContaining({ code: 'SH_DATASET_UNKNOWN' });
    expect(() => state.versions.find(text)).toThrow(unknown);
    expect(() => state.versions.find('empty')).toThrow(unknown);
  });

  test('with one beginning are told apart, or refused', () => {
    const state = freshState();
    const version = ingest(state);
    for (const last of ['0', '1']) {
      const dataset_version_id = `sha256:${'abcd'.padEnd(63, '0')}${last}` as const;
      state.versions.save({ dataset: 'orders', kind: 'real', version: { ...version, dataset_version_id } });
    }
    expect(() => state.versions.find('abcd')).toThrow('"abcd" fits 2 dataset versions.');
  });
});

describe('executions and artifacts', () => {
  const execution: Execution = {
    id: 'e1',
    run_id: runId('a'),
    plugin_id: 'profile_roles',
    execution_fingerprint: sha256('f'),
    status: 'ok',
    reason: '',
    started_at: '2025-03-01T00:00:00.000Z',
    finished_at: '2025-03-01T00:00:01.000Z',
    exit_code: 0,
    reused_from_run: null,
    output_sha256: sha256('o'),
    peak_memory_bytes: 1_000_000,
    sandbox_layers: ['deno_permissions'],
  };

  test('executions come back by plugin, attempts included', () => {
    const state = freshState();
    state.runs.create(newRun(ingest(state)));
    const failed = {
      ...execution,
      id: 'e0',
      plugin_id: 'a_plugin',
      status: 'timed_out',
      exit_code: null,
    } as const;
    for (const each of [execution, failed, { ...execution, id: 'e2' }]) state.executions.save(each);
    expect(state.executions.list(runId('a'))).toEqual([failed, execution, { ...execution, id: 'e2' }]);
  });

  test('META-04 artifacts are registered with path, hash, bytes, media type and producer, all or none', () => {
    const state = freshState();
    state.runs.create(newRun(ingest(state)));
    const artifact = (path: string) => ({
      path,
      sha256: sha256(path),
      bytes: 5,
      media_type: 'application/json',
      producer: 'engine',
      keep: true,
    });
    expect(() => state.artifacts.saveAll(runId('a'), [artifact('b'), artifact('b')])).toThrow(/UNIQUE/);
    expect(state.artifacts.list(runId('a'))).toEqual([]);
    state.artifacts.saveAll(runId('a'), [artifact('b'), { ...artifact('a'), keep: false }]);
    expect(state.artifacts.list(runId('a'))).toEqual([
      { ...artifact('a'), keep: false, run_id: runId('a') },
      { ...artifact('b'), run_id: runId('a') },
    ]);
    expect(state.artifacts.byHash(sha256('b')).map((found) => found.path)).toEqual(['b']);
  });
});

describe('the chain of manifests', () => {
  test('META-01 links each manifest to the one before', () => {
    const state = freshState();
    const version = ingest(state);
    const first = completeRun(state, version, runId('a'));
    const second = completeRun(state, version, runId('b'));
    expect(state.chain.head()).toEqual({
      ordinal: 2,
      run_id: runId('b'),
      manifest_sha256: second,
      previous_manifest_sha256: first,
    });
    expect(state.chain.ofRun(runId('a'))?.previous_manifest_sha256).toBeNull();
    expect(state.chain.list()).toHaveLength(2);
  });

  test('refuses a manifest that was sealed behind another head', () => {
    const state = freshState();
    const first = completeRun(state, ingest(state));
    const link = { run_id: runId('b'), manifest_sha256: sha256('m') };
    for (const previous_manifest_sha256 of [null, sha256('other')]) {
      expect(() => state.chain.append({ ...link, previous_manifest_sha256 })).toThrow(/does not follow/);
    }
    expect(state.chain.head()?.manifest_sha256).toBe(first);
  });
});
